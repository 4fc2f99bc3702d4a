-- Open findings of $department, as they were last seen, that no cause was ever looked for: by date, the first only.
select status.last_seen_on, count(*) as findings
from finding_status as status
anti join finding_cause as cause
    on cause.finding_id = status.finding_id and cause.as_of = status.last_seen_on and cause.rank = 1
where status.department = $department and status.status = 'open'
group by status.last_seen_on
order by status.last_seen_on
limit 1;
