-- The rows of the balance that do not add up, each with its fault and its numbers. "found_open" is counted from the
-- findings and the dates alone, by definition and without the events: a finding is open at a date when it was seen
-- then or earlier and no delivery has been read since.
with sighting as materialized (
    select g.finding_id, g.department, s.severity, g.as_of, g.is_read, g.reads
    from ledger_sighting g
    join ledger_subject s using (finding_id)
    where list_contains($departments::text[], g.department) and list_contains($departments::text[], s.department)
),
seen_first as (
    select department, severity, reads, as_of from sighting where is_read
    union all
    -- Seen where nothing was read: once for each delivery before it, unless that delivery showed it already.
    select department, severity, reads, min(as_of)
    from sighting g
    where not is_read
        and not exists (from sighting r where r.finding_id = g.finding_id and r.reads = g.reads and r.is_read)
    group by finding_id, department, severity, reads
),
block as (
    select department, severity, reads, as_of, count(*) as findings from seen_first group by all
),
open_at as (
    select d.department, d.as_of, b.severity, sum(b.findings)::bigint as found_open
    from ledger_date d
    join block b on b.department = d.department and b.reads = d.reads and b.as_of <= d.as_of
    group by all
),
happened as (
    select
        department,
        as_of,
        severity,
        count(*) filter (event = 'opened') as events_new,
        count(*) filter (event = 'reopened') as events_reopened,
        count(*) filter (event = 'closed') as events_closed,
        count(*) filter (event = 'withdrawn') as events_withdrawn
    from ledger_event
    where list_contains($departments::text[], department)
    group by all
),
balance as (
    select *, lag(closing, 1, 0) over (partition by department, severity order by as_of) as previous_closing
    from ledger_balance
    where list_contains($departments::text[], department)
),
wanted as (
    select department, as_of, severity
    from period
    cross join (values ('critical'), ('warning'), ('info')) s (severity)
    where list_contains($departments::text[], department)
),
compared as (
    select
        department,
        as_of,
        severity,
        b.* exclude (department, as_of, severity),
        coalesce(h.events_new, 0) as events_new,
        coalesce(h.events_reopened, 0) as events_reopened,
        coalesce(h.events_closed, 0) as events_closed,
        coalesce(h.events_withdrawn, 0) as events_withdrawn,
        coalesce(o.found_open, 0) as found_open
    from wanted
    full join balance b using (department, as_of, severity)
    full join happened h using (department, as_of, severity)
    full join open_at o using (department, as_of, severity)
)
select
    department,
    as_of,
    severity,
    case
        when closing is null then 'there is no row in ledger_balance for this date and severity'
        when opening + new + reopened - closed - withdrawn <> closing
            then 'opening + new + reopened - closed - withdrawn is not closing'
        when opening <> previous_closing then 'opening is not the previous closing'
        when (new, reopened, closed, withdrawn) <> (events_new, events_reopened, events_closed, events_withdrawn)
            then 'the movements are not those of ledger_event'
        else 'closing is not the number of open findings'
    end as fault,
    opening,
    new,
    reopened,
    closed,
    withdrawn,
    closing,
    previous_closing,
    events_new,
    events_reopened,
    events_closed,
    events_withdrawn,
    found_open
from compared
where closing is null
    or opening + new + reopened - closed - withdrawn <> closing
    or opening <> previous_closing
    or (new, reopened, closed, withdrawn) <> (events_new, events_reopened, events_closed, events_withdrawn)
    or closing <> found_open
order by department, as_of, severity
