-- Of the deliveries of one department for one date, which one is in force: the highest version. A delivery that only
-- repeats an earlier date never supersedes one that does not. Where the file of one version was replaced, the one that
-- the landing zone still holds ($present) counts; where neither is there any more, the one that counted last.
update delivery
set in_force = (delivery.delivery_id = winner.delivery_id)
from (
    select
        as_of,
        first(
            delivery_id
            order by
                status = 'repeated',
                version desc,
                list_contains($present::text[], delivery_id) desc,
                in_force desc,
                delivery_id
        ) as delivery_id
    from delivery
    where department = $department
    group by as_of
) as winner
where delivery.department = $department and delivery.as_of = winner.as_of;
