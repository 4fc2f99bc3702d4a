-- What every rule said of every department at every date; a rule that does not apply says nothing.
select rule_id, as_of, department, status, failing
from rule_result
where list_contains($departments, department) and status <> 'not_applicable'
order by rule_id, as_of, department
