-- Facts about the image records of the departments that are not restricted.
copy (
    select *
    from image_fact
    where list_contains($unrestricted::text[], department)
    order by department, as_of, row_no, delivery_id
) to $path (format parquet)
