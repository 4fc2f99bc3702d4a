-- The departments that have a grade at each date.
select as_of, department
from score_history
where list_contains($departments::text[], department) and policy_version = $policy_version and grade <> $not_rated
order by as_of, department
