-- The measures of every department at the newest date for which something was due of it.
select measure.department, measure.as_of, measure.dimension, measure.defects, measure.measured, measure.population
from measure
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = measure.department and newest.as_of = measure.as_of
where list_contains($departments, measure.department)
order by measure.department, measure.dimension
