insert into image_record by name
select
    $delivery_id as delivery_id,
    $department as department,
    $as_of::date as as_of,
    staged_record.* exclude (raw)
from staged_record
anti join staged_break using (row_no);
