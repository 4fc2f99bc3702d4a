-- Counts of every rule, department and date; of a restricted department not why a rule could not be judged, for an
-- error may quote a value.
copy (
    select * replace (case when list_contains($unrestricted::text[], department) then reason end as reason)
    from rule_result
    where list_contains($departments::text[], department)
    order by department, as_of, rule_id
) to $path (format parquet)
