-- What every rule found in one department, at every date.
select department, as_of, rule_id, status, severity, dimension, evaluated, failing, mostly, suite, rules_sha256, reason
from rule_result
where department = $department
order by as_of, rule_id;
