-- What every department handed in; of a restricted one, not the manifest's id nor a reason, which may quote it.
copy (
    select
        department,
        as_of,
        case when list_contains($unrestricted::text[], department) then delivery_id end as delivery_id,
        status,
        case when list_contains($unrestricted::text[], department) then reason end as reason
    from period
    where list_contains($departments::text[], department)
    order by department, as_of
) to $path (format parquet)
