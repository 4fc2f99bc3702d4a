-- Scores of every department and of the city, under every policy.
copy (
    select *
    from score_history
    where list_contains($departments::text[], department) or department = $city
    order by department, as_of, policy_version
) to $path (format parquet)
