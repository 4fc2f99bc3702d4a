-- Counts of the ledger, of every department.
copy (
    select *
    from ledger_balance
    where list_contains($departments::text[], department)
    order by department, as_of, severity
) to $path (format parquet)
