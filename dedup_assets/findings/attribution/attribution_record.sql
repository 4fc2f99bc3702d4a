-- The records of the targets whose departments name parcels, with what the evidence is about.
create or replace temp table attribution_record as
select
    own.target_id,
    own.row_no,
    own.apn,
    own.parcel_status,
    own.permit_number,
    own.permit_status,
    own.permit_apn,
    own.pin,
    own.pin_status,
    own.sha256,
    given(record.batch_id) as batch_id,
    try_cast(trim(record.batch_row_no) as bigint) as place
from fact_own as own
inner join fact_target as target on target.delivery_id = own.target_id and target.maps_apn
inner join image_record as record on record.delivery_id = own.target_id and record.row_no = own.row_no;
