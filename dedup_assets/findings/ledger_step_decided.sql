-- The findings that people decided about, date by date. At each date the delivery speaks first, then people: what the
-- delivery shows for the first time is opened even when it is withdrawn at the same date. While a decision stands
-- nothing reopens its finding; when it is undone, what was seen last and not found gone since is open again.
insert into ledger_step
with day as (
    select
        w.no,
        p.as_of,
        o.seen,
        last_value(o.seen ignore nulls) over so_far as last_seen,
        coalesce(bool_or(o.seen) over earlier, false) as known,
        exists (
            from ledger_withdrawal x
            where x.no = w.no and x.from_on <= p.as_of and (x.to_on is null or x.to_on > p.as_of)
        ) as withdrawn
    from (select distinct no from ledger_withdrawal) w
    cross join (select as_of from period where department = $department) p
    left join ledger_observation o on o.no = w.no and o.as_of = p.as_of
    window
        so_far as (partition by w.no order by p.as_of),
        earlier as (partition by w.no order by p.as_of rows between unbounded preceding and 1 preceding)
),
state as (
    select
        *,
        -- A decision that another one replaces within a date goes on.
        coalesce(last_seen, false)
        and not (withdrawn and lag(withdrawn, 1, false) over (partition by no order by as_of) and known)
            as open_by_delivery,
        coalesce(last_seen, false) and not withdrawn as open_after
    from day
),
moved as (
    select
        *,
        coalesce(lag(open_after) over history, false) as open_before,
        lag(last_seen) over history as seen_last
    from state
    window history as (partition by no order by as_of)
),
stepped as (
    select
        *,
        -- Since its last sighting nothing but the delivery has ended the finding: then a second look verifies.
        last_value(
            case
                when open_before and not open_by_delivery then 'closed'
                when open_by_delivery and not open_after then 'withdrawn'
                when open_after then 'open'
            end ignore nulls
        ) over (partition by no order by as_of rows between unbounded preceding and 1 preceding) as state_before
    from moved
),
event as (
    select no, as_of, 'opened' as event from stepped where open_by_delivery and not open_before and not known
    union all
    select no, as_of, 'reopened' from stepped where open_by_delivery and not open_before and known
    union all
    select no, as_of, 'seen_again' from stepped where open_by_delivery and open_before and seen
    union all
    select no, as_of, 'closed' from stepped where open_before and not open_by_delivery
    union all
    select no, as_of, 'withdrawn' from stepped where open_by_delivery and not open_after
    union all
    select no, as_of, 'verified'
    from stepped
    where not seen and not seen_last and state_before = 'closed' and not withdrawn
)
from event
