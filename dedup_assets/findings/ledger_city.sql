-- The city's balance at its newest date: the sums over its departments, a row a severity.
select
    $city as department,
    b.as_of,
    b.severity,
    sum(b.opening)::bigint as opening,
    sum(b.new)::bigint as new,
    sum(b.reopened)::bigint as reopened,
    sum(b.closed)::bigint as closed,
    sum(b.withdrawn)::bigint as withdrawn,
    sum(b.closing)::bigint as closing,
    sum(o.overdue)::bigint as overdue
from ledger_balance b
join overdue o using (department, as_of, severity)
where list_contains($departments::text[], b.department)
    and b.as_of = (select max(as_of) from ledger_balance where list_contains($departments::text[], department))
group by b.as_of, b.severity
order by b.severity
