-- Every score of the departments and of the city, under whatever policy was in force then.
-- One row a date: where a date was scored under several policies, the one that this publication explains is shown.
select
    department,
    as_of,
    policy_version,
    score,
    coverage,
    lower,
    upper,
    grade,
    reason,
    images,
    open_findings
from score_history
where
    list_contains($departments, department) or department = $city
qualify row_number() over (
    partition by department, as_of
    order by (policy_version = $policy_version) desc, policy_version desc
) = 1
order by department, as_of
