-- Every manifest; of a restricted department its counts and versions, but no id, path, digest or reason.
copy (
    select
        case when list_contains($unrestricted::text[], department) then delivery_id end as delivery_id,
        department,
        as_of,
        version,
        case when list_contains($unrestricted::text[], department) then uri end as uri,
        format,
        case when list_contains($unrestricted::text[], department) then sha256 end as sha256,
        case when list_contains($unrestricted::text[], department) then byte_size end as byte_size,
        status,
        case when list_contains($unrestricted::text[], department) then reason end as reason,
        in_force,
        contract_version,
        contract_sha256,
        rows_in,
        rows_accepted,
        rows_rejected
    from delivery
    where list_contains($departments::text[], department)
    order by department, as_of, version
) to $path (format parquet)
