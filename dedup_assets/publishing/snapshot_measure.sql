-- Counts of the measures, of every department and of the city.
copy (
    select *
    from measure
    where list_contains($departments::text[], department) or department = $city
    order by department, as_of, dimension
) to $path (format parquet)
