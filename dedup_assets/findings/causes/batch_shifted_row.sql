-- The rows of every batch in which enough parcels are contradicted to be a shift: what they are filed under, and what
-- each kind of evidence says. $min_rows: contradicted rows by one kind; $far: metres from which GPS contradicts.
with spelled as (
    -- What the file name says: the parcel that it is named after, the first of several.
    select
        delivery_id,
        row_no,
        coalesce(apn, detail ->> '$.parcels[0]') as apn,
        case stance when 'supports' then 1 when 'contradicts' then -1 else 0 end as now
    from parcel_evidence
    semi join cause_record using (delivery_id, row_no)
    where source = 'file_name'
),
pin_parcel as (
    select pin, min(apn) as apn
    from parcel_pin
    where apn is not null
    group by pin
    having count(distinct apn) = 1
),
place as (
    select sha256, arg_max(struct_pack(latitude := gps_latitude, longitude := gps_longitude), algorithm_version) as gps
    from content
    where gps_latitude is not null and gps_longitude is not null
    group by sha256
),
contradicted as (
    select record.delivery_id, record.batch_id, 'permit' as by_what
    from cause_record as record
    where record.permit_agreement = 'disagrees'
    union all
    select record.delivery_id, record.batch_id, 'pin'
    from cause_record as record
    where record.pin_agreement = 'disagrees'
    union all
    select record.delivery_id, record.batch_id, 'name'
    from cause_record as record
    inner join spelled on spelled.delivery_id = record.delivery_id and spelled.row_no = record.row_no
    where spelled.now = -1
    union all
    select record.delivery_id, record.batch_id, 'gps'
    from cause_record as record
    inner join place on place.sha256 = record.content
    inner join parcel as filed on filed.apn = record.apn
    -- Degrees to metres; only to choose batches.
    where
        sqrt(
            pow((filed.latitude - place.gps.latitude) * 111320, 2)
            + pow((filed.longitude - place.gps.longitude) * 111320 * cos(radians(filed.latitude)), 2)
        ) > $far
),
suspect as (
    select distinct delivery_id, batch_id
    from (
        select delivery_id, batch_id
        from contradicted
        where batch_id is not null
        group by delivery_id, batch_id, by_what
        having count(*) >= $min_rows
    )
)
select
    record.delivery_id,
    record.batch_id,
    record.batch_row_no,
    record.row_no,
    record.apn,
    record.permit_apn,
    pin_parcel.apn as pin_apn,
    spelled.apn as name_apn,
    case record.permit_agreement when 'agrees' then 1 when 'disagrees' then -1 else 0 end as permit_now,
    case record.pin_agreement when 'agrees' then 1 when 'disagrees' then -1 else 0 end as pin_now,
    coalesce(spelled.now, 0) as name_now,
    filed.latitude as filed_latitude,
    filed.longitude as filed_longitude,
    place.gps.latitude as gps_latitude,
    place.gps.longitude as gps_longitude
from cause_record as record
semi join suspect on suspect.delivery_id = record.delivery_id and suspect.batch_id = record.batch_id
left join spelled on spelled.delivery_id = record.delivery_id and spelled.row_no = record.row_no
left join identifier as pin on pin.kind = 'pin' and pin.raw = record.pin_raw
left join pin_parcel on pin_parcel.pin = pin.canonical
left join parcel as filed on filed.apn = record.apn
left join place on place.sha256 = record.content
where record.apn is not null or record.permit_apn is not null or pin_parcel.apn is not null or spelled.apn is not null
order by record.delivery_id, record.batch_id, record.batch_row_no, record.row_no;
