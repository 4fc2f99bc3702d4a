-- Gaps and islands. Only a delivery that was read closes anything: a finding closes at the first one after a sighting
-- that does not show it. So a sighting with no delivery read since the one before is "seen again"; with one or more
-- in between it is "reopened", because that one closed it. Dates without a delivery carry everything over.
insert into ledger_event
with subject as materialized (
    -- Numbers instead of text keys: the window below then needs a third of the memory.
    select row_number() over () as no, *
    from ledger_subject
    where list_contains($departments::text[], department)
),
seen as materialized (
    select
        s.no,
        s.department,
        g.as_of,
        g.reads,
        g.reads - g.is_read::bigint as reads_before,
        lag(g.reads) over history as reads_at_last_sighting,
        lead(g.as_of) over history as next_as_of
    from ledger_sighting g
    join subject s using (finding_id)
    where list_contains($departments::text[], g.department)
    window history as (partition by s.no order by g.as_of)
),
event as (
    select
        no,
        as_of,
        case
            when reads_at_last_sighting is null then 'opened'
            when reads_before > reads_at_last_sighting then 'reopened'
            else 'seen_again'
        end as event
    from seen
    union all
    select s.no, d.as_of, 'closed'
    from seen s
    join ledger_date d on d.department = s.department and d.is_read and d.reads = s.reads + 1
    where s.next_as_of is null or s.next_as_of > d.as_of
)
select s.finding_id, s.department, s.rule_id, s.severity, e.as_of, e.event
from event e
join subject s using (no)
