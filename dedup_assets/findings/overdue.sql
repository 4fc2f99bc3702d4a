-- A finding's deadline runs from the opening that it is in: a finding that was closed and came back starts anew.
insert into overdue
with due as (
    select unnest($severities::text[]) as severity, unnest($days::integer[]) as days
)
select p.department, p.as_of, d.severity, coalesce(sum(b.findings), 0)::bigint as overdue
from period p
cross join due d
left join ledger_block b
    on b.severity = d.severity
    and b.opened_on + d.days < p.as_of
    and (b.ended_on is null or b.ended_on > p.as_of)
where p.department = $department
group by p.department, p.as_of, d.severity
