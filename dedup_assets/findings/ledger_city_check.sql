-- The dates at which the departments' balances do not add up to one of the city. Every row holds its own equation; the
-- sum goes wrong where a department is there at one date and not at another.
with total as (
    select
        as_of,
        severity,
        count(*) as departments,
        sum(opening)::bigint as opening,
        sum(new + reopened - closed - withdrawn)::bigint as moved,
        sum(closing)::bigint as closing
    from ledger_balance
    where list_contains($departments::text[], department)
    group by as_of, severity
),
followed as (
    select
        *,
        max(departments) over () as departments_in_all,
        lag(closing, 1, 0) over (partition by severity order by as_of) as previous_closing
    from total
)
select
    $city as department,
    as_of,
    severity,
    case
        when departments <> departments_in_all then 'a department has no row at this date'
        when opening + moved <> closing then 'opening + new + reopened - closed - withdrawn is not closing'
        else 'opening is not the previous closing'
    end as fault,
    departments,
    departments_in_all,
    opening,
    moved,
    closing,
    previous_closing
from followed
where departments <> departments_in_all or opening + moved <> closing or opening <> previous_closing
order by as_of, severity
