-- The parcels of record of the permits and PINs that failing records name, first ten: kind, name, parcels.
with named as (
    select distinct 'permit' as kind, fact.permit_number as name
    from finding_failing
    inner join image_fact as fact on fact.delivery_id = $delivery_id and fact.row_no = finding_failing.row_no
    where fact.permit_agreement = 'disagrees'
    union all
    select distinct 'pin', record.pin_raw
    from finding_failing
    inner join image_fact as fact on fact.delivery_id = $delivery_id and fact.row_no = finding_failing.row_no
    inner join image_record as record on record.delivery_id = $delivery_id and record.row_no = finding_failing.row_no
    where fact.pin_agreement = 'disagrees'
),
of_record as (
    select distinct named.kind, named.name, relative.apn
    from named
    inner join permit on permit.permit_number = named.name
    inner join permit as relative on relative.family = permit.family
    where named.kind = 'permit' and relative.apn is not null
    union all
    select distinct named.kind, named.name, parcel_pin.apn
    from named
    inner join identifier on identifier.kind = 'pin' and identifier.raw = named.name
    inner join parcel_pin on parcel_pin.pin = identifier.canonical
    where named.kind = 'pin' and parcel_pin.apn is not null
)
select kind, name, arg_min(apn, apn, 10) as parcels, count(*) as in_all
from of_record
group by kind, name;
