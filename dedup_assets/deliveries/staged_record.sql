-- Rows of the manifest in hand that broke no rule of their row, on their way to image_record.
create or replace temp table staged_record as
select * exclude (delivery_id, department, as_of), null::text as raw
from image_record
limit 0;
