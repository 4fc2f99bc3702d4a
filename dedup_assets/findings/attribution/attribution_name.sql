-- The file name of every record of the targets that has one: as the department gives it, or the end of its path.
create or replace temp table attribution_name as
select
    own.target_id,
    own.row_no,
    own.as_of,
    own.apn,
    coalesce(given(record.file_name), regexp_extract(record.storage_uri, '([^/\\]+)$', 1)) as name
from fact_own as own
inner join fact_target as target on target.delivery_id = own.target_id and target.maps_apn
inner join image_record as record on record.delivery_id = own.target_id and record.row_no = own.row_no
where name <> '';
