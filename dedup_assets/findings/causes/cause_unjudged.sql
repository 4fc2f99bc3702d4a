-- The first date of $department whose findings have no rules behind them.
select min(as_of) as as_of
from finding
where department = $department and as_of not in (select as_of from rule_input where department = $department)
having count(*) > 0;
