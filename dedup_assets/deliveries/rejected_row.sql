insert into rejected_row by name
select
    $delivery_id as delivery_id,
    $department as department,
    $as_of::date as as_of,
    row_no,
    column_name,
    rule,
    detail,
    raw
from staged_break;
