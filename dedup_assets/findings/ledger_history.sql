-- What was open after each delivery of $department that was read, by severity and in all.
select coalesce(b.severity, 'all') as severity, p.as_of, sum(b.closing)::bigint as closing
from period p
join ledger_balance b using (department, as_of)
where p.department = $department and p.status = 'read'
group by p.as_of, rollup (b.severity)
order by severity, p.as_of
