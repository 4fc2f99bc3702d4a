-- Every finding as it was last seen, up to the period's date: one row an id.
select finding.*
from finding
semi join (
    select finding_id, max(as_of) as as_of
    from finding
    where list_contains($departments::text[], department) and as_of <= $as_of
    group by finding_id
) as newest using (finding_id, as_of)
order by finding_id
