-- The parcels that each record's evidence is consistent with, by source: often one, of GPS among neighbours several.
create or replace temp table attribution_pointer as
select evidence.delivery_id as target_id, evidence.row_no, evidence.source, evidence.apn
from parcel_evidence as evidence
semi join fact_target using (delivery_id)
where evidence.apn is not null
union
select gps.target_id, gps.row_no, 'gps', near.apn
from attribution_gps as gps
inner join attribution_near as near on near.latitude = gps.latitude and near.longitude = gps.longitude
where gps.stance <> 'supports' or gps.parcel_status = 'stale'
union
select target_id, row_no, 'file_name', named_apn from attribution_file_name where named_apn is not null
union
select record.target_id, record.row_no, 'pin_relation', parcel_pin.apn
from attribution_record as record
inner join parcel_pin on parcel_pin.pin = record.pin and parcel_pin.apn is not null
union
select record.target_id, record.row_no, 'lineage', successor.successor
from attribution_record as record
inner join parcel_successor as successor on successor.apn = record.apn;
