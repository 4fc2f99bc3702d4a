-- The sightings in order: next_on is the next one of the same finding. Read between the two: deliveries number reads + 1
-- to reads_until, the deliveries that could have shown the finding and did not.
create or replace temp table ledger_seen as
select
    f.no,
    g.as_of,
    g.reads,
    lead(g.as_of) over history as next_on,
    coalesce(
        lead(g.reads - g.is_read::bigint) over history,
        (select max(reads) from ledger_date where department = $department)
    ) as reads_until
from ledger_sighting g
join ledger_finding f using (finding_id)
where g.department = $department
window history as (partition by f.no order by g.as_of)
