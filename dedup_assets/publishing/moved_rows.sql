-- The measures of every department at both ends of its own newest bridge: what a dimension did to the score.
select measure.department, measure.as_of, measure.dimension, measure.defects, measure.measured, measure.population
from measure
inner join (
    select department, max(as_of) as as_of, arg_max(previous_as_of, as_of) as previous_as_of
    from score_bridge
    where quantity = 'score'
    group by department
) as bridge
    on bridge.department = measure.department and measure.as_of in (bridge.as_of, bridge.previous_as_of)
where list_contains($departments, measure.department)
order by measure.department, measure.as_of, measure.dimension
