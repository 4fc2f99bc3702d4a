-- What every rule found of every department at the newest date for which something was due of it.
select
    result.department,
    result.rule_id,
    result.suite,
    result.status,
    result.severity,
    result.evaluated,
    result.failing,
    result.mostly
from rule_result as result
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = result.department and newest.as_of = result.as_of
where list_contains($departments, result.department)
order by result.department, result.rule_id
