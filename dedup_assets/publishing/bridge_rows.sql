-- What moved the score of every department, and of the city, up to its newest date; no row where there is no date
-- before it to compare with.
select
    bridge.department,
    bridge.as_of,
    bridge.previous_as_of,
    bridge.before,
    bridge.after,
    bridge.rate,
    bridge.mix,
    bridge.coverage,
    bridge.policy
from score_bridge as bridge
inner join (
    select department, max(as_of) as as_of
    from score_history
    group by department
) as newest on newest.department = bridge.department and newest.as_of = bridge.as_of
where bridge.quantity = 'score' and (list_contains($departments, bridge.department) or bridge.department = $city)
order by bridge.department
