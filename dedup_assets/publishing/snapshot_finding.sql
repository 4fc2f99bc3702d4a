-- Findings of the departments that are not restricted.
copy (
    select *
    from finding
    where list_contains($unrestricted::text[], department)
    order by department, as_of, finding_id
) to $path (format parquet)
