-- What moved in some departments together at each date, severities together, and what is open and past its deadline.
select
    b.as_of,
    sum(b.new)::bigint as new,
    sum(b.reopened)::bigint as reopened,
    sum(b.closed)::bigint as closed,
    sum(b.withdrawn)::bigint as withdrawn,
    sum(b.closing)::bigint as backlog,
    sum(o.overdue)::bigint as overdue
from ledger_balance b
join overdue o using (department, as_of, severity)
where list_contains($departments::text[], b.department)
group by b.as_of
order by b.as_of
