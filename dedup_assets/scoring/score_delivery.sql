-- Each department's deliveries in force, a row for every date of the calendar: what there was to measure on that date
-- (with nothing due: what was in force already), and what the ledger says of it.
with latest as (
    select
        department,
        as_of,
        status,
        last_value(case when status <> 'not_due' then delivery_id end ignore nulls) over so_far as last_delivery_id,
        delivery_id
    from period
    where list_contains($departments::text[], department)
    window so_far as (partition by department order by as_of)
),
opened as (
    select department, as_of, sum(closing)::bigint as open_findings
    from ledger_balance
    where list_contains($departments::text[], department)
    group by department, as_of
),
late as (
    select department, as_of, map(list(severity order by severity), list(overdue order by severity)) as overdue
    from overdue
    where list_contains($departments::text[], department)
    group by department, as_of
)
select
    l.department,
    l.as_of,
    l.status,
    coalesce(d.rows_accepted, 0) as images,
    coalesce(o.open_findings, 0) as open_findings,
    coalesce(late.overdue, map {}) as overdue
from latest l
left join delivery d
    on d.delivery_id = case when l.status = 'not_due' then l.last_delivery_id else l.delivery_id end
left join opened o on o.department = l.department and o.as_of = l.as_of
left join late on late.department = l.department and late.as_of = l.as_of
order by l.as_of, l.department
