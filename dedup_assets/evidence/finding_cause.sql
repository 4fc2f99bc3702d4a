-- Why each finding is likely there, by the delivery that showed it last.
select finding_cause.*
from finding_cause
semi join (
    select finding_id, max(as_of) as as_of
    from finding
    where list_contains($departments::text[], department) and as_of <= $as_of
    group by finding_id
) as newest using (finding_id, as_of)
order by finding_id, rank, cause, occurrence_id
