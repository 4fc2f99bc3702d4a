-- What happened once and explains many open findings (a batch, a photograph, a source), with its evidence: up to
-- $occurrences of every cause of every department, those with the most findings first. $departments are the
-- unrestricted ones; no other department's rows are read.
select
    impact.department,
    impact.cause,
    cause.occurrence_id,
    count(*) as findings,
    arg_max(cause.detail, (cause.as_of, cause.finding_id)) as detail
from finding_impact as impact
inner join finding_status as status on status.finding_id = impact.finding_id
inner join finding_cause as cause
    on cause.finding_id = impact.finding_id and cause.as_of = status.last_seen_on and cause.rank = 1
where list_contains($departments, impact.department) and cause.cause <> 'undetermined'
group by impact.department, impact.cause, cause.occurrence_id
qualify
    row_number() over (
        partition by impact.department, impact.cause order by count(*) desc, cause.occurrence_id
    ) <= $occurrences
order by impact.department, impact.cause, findings desc, cause.occurrence_id
