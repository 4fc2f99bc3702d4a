-- The rows of the balance that do not add up, each with its fault and its numbers. "found_open" is counted by definition
-- and without the events: a finding is open at a date when the newest thing that any delivery said of it is that it is
-- there, and no decision has withdrawn it.
with said as (
    select o.no, f.severity, o.seen, o.as_of, lead(o.as_of) over (partition by o.no order by o.as_of) as until
    from ledger_observation o
    join ledger_finding f using (no)
),
block as (
    select severity, as_of, until, count(*) as findings from said where seen group by all
),
calendar as (
    select department, as_of from period where department = $department
),
withdrawn_at as (
    select c.as_of, s.severity, count(distinct s.no) as findings
    from said s
    join ledger_withdrawal w using (no)
    join calendar c
        on c.as_of >= s.as_of and (s.until is null or c.as_of < s.until)
        and c.as_of >= w.from_on and (w.to_on is null or c.as_of < w.to_on)
    where s.seen
    group by all
),
open_at as (
    select
        c.department,
        c.as_of,
        b.severity,
        (sum(b.findings) - coalesce(any_value(w.findings), 0))::bigint as found_open
    from calendar c
    join block b on c.as_of >= b.as_of and (b.until is null or c.as_of < b.until)
    left join withdrawn_at w on w.as_of = c.as_of and w.severity = b.severity
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
    where department = $department
    group by all
),
balance as (
    select *, lag(closing, 1, 0) over (partition by department, severity order by as_of) as previous_closing
    from ledger_balance
    where department = $department
),
wanted as (
    select department, as_of, severity
    from period
    cross join (values ('critical'), ('warning'), ('info')) s (severity)
    where department = $department
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
