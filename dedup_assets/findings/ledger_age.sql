-- How old the open findings are at each date, counted from the opening that they are in. Every date has a row for every
-- severity and band, so that the bands add up to the closing of the balance.
insert into ledger_age
with band as (
    select unnest($bands::text[]) as band, unnest($from_days::integer[]) as from_days, unnest($to_days::integer[]) as to_days
),
due as (
    select unnest($severities::text[]) as severity, unnest($days::integer[]) as days
)
select
    p.department,
    p.as_of,
    d.severity,
    a.band,
    a.from_days,
    coalesce(sum(b.findings), 0)::bigint as findings,
    coalesce(sum(b.findings) filter (b.opened_on + d.days < p.as_of), 0)::bigint as overdue
from period p
cross join due d
cross join band a
left join ledger_block b
    on b.severity = d.severity
    and b.opened_on <= p.as_of
    and (b.ended_on is null or b.ended_on > p.as_of)
    and p.as_of - b.opened_on between a.from_days and a.to_days
where p.department = $department
group by p.department, p.as_of, d.severity, a.band, a.from_days
