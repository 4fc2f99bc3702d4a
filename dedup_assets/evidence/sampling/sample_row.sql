-- The manifest row of a case, as it was sent.
select *
from image_record
where delivery_id = $delivery_id and row_no = $row_no
