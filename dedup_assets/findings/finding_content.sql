-- The contents of the failing records of one delivery.
create or replace temp table finding_content as
select distinct sha256
from image_fact
where
    delivery_id = $delivery_id and sha256 is not null and row_no in (select row_no from finding_failing);
