-- A finding's deadline runs from the opening that it is in: a finding that was closed and came back starts anew.
insert into overdue
with due as (
    select
        unnest($departments::text[]) as department,
        unnest($severities::text[]) as severity,
        unnest($days::integer[]) as days
),
change as (
    select
        department,
        severity,
        event,
        as_of as opened_on,
        lead(as_of) over (partition by finding_id order by as_of) as ended_on
    from ledger_event
    where event <> 'seen_again' and list_contains($departments::text[], department)
),
spell as (
    select department, severity, opened_on, ended_on, count(*) as findings
    from change
    where event in ('opened', 'reopened')
    group by all
)
select p.department, p.as_of, d.severity, coalesce(sum(s.findings), 0)::bigint as overdue
from period p
join due d using (department)
left join spell s
    on s.department = p.department
    and s.severity = d.severity
    and s.opened_on + d.days < p.as_of
    and (s.ended_on is null or s.ended_on > p.as_of)
group by p.department, p.as_of, d.severity
