-- The findings of every department that are open past their deadline at its newest date, severities together.
select overdue.department, sum(overdue.overdue)::bigint as overdue
from overdue
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = overdue.department and newest.as_of = overdue.as_of
where list_contains($departments, overdue.department)
group by overdue.department
order by overdue.department
