-- The rows of every batch in which enough parcels are contradicted to be a shift: what they are filed under, and what
-- each kind of evidence says. $min_rows: contradicted rows by one kind; $far: metres from which GPS contradicts.
with named as (
    -- What the file name spells: a parcel of record, the parcel of a permit of record, or of a PIN.
    select
        delivery_id,
        row_no,
        regexp_replace(regexp_extract(file_name, '(?:^|[^0-9])([2-8]\d{3}-?\d{3}-?\d{3})(?:[^0-9]|$)', 1), '-', '', 'g')
            as apn,
        regexp_extract(file_name, '(?:^|[^0-9])(\d{5}-\d{5}-\d{5})(?:[^0-9]|$)', 1) as permit_number,
        upper(regexp_extract(file_name, '^((?:\d{3}[ab]\d{3}|\d{3}-\d[ab]\d{3})\d{1,5})(?:[^0-9]|$)', 1)) as pin
    from cause_record
    where file_name is not null and batch_id is not null
),
pin_parcel as (
    select pin, replace(pin, ' ', '') as bare, min(apn) as apn
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
spelled as (
    select named.delivery_id, named.row_no, coalesce(by_apn.apn, by_permit.apn, by_pin.apn) as apn
    from named
    left join parcel as by_apn on by_apn.apn = named.apn
    left join permit as by_permit on by_permit.permit_number = named.permit_number
    left join pin_parcel as by_pin on by_pin.bare = named.pin
    where coalesce(by_apn.apn, by_permit.apn, by_pin.apn) is not null
),
-- A name that spells a parcel related to the filed one says that the record is right.
related as (
    select distinct pair.apn, pair.name_apn
    from (
        select distinct record.apn, spelled.apn as name_apn
        from cause_record as record
        inner join spelled using (delivery_id, row_no)
        where record.apn <> spelled.apn
    ) as pair
    inner join parcel_group as one on one.apn = pair.apn
    inner join parcel_group as other
        on other.apn = pair.name_apn and other.group_kind = one.group_kind and other.group_id = one.group_id
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
    anti join related on related.apn = record.apn and related.name_apn = spelled.apn
    where record.apn <> spelled.apn
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
    case
        when record.apn is null or spelled.apn is null then 0
        when record.apn = spelled.apn or related.apn is not null then 1
        else -1
    end as name_now,
    filed.latitude as filed_latitude,
    filed.longitude as filed_longitude,
    place.gps.latitude as gps_latitude,
    place.gps.longitude as gps_longitude
from cause_record as record
semi join suspect on suspect.delivery_id = record.delivery_id and suspect.batch_id = record.batch_id
left join spelled on spelled.delivery_id = record.delivery_id and spelled.row_no = record.row_no
left join related on related.apn = record.apn and related.name_apn = spelled.apn
left join identifier as pin on pin.kind = 'pin' and pin.raw = record.pin_raw
left join pin_parcel on pin_parcel.pin = pin.canonical
left join parcel as filed on filed.apn = record.apn
left join place on place.sha256 = record.content
where record.apn is not null or record.permit_apn is not null or pin_parcel.apn is not null or spelled.apn is not null
order by record.delivery_id, record.batch_id, record.batch_row_no, record.row_no;
