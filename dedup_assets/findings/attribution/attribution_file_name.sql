-- What the identifiers in file names say: of each record and identifier the parcels that it is of, and whether one of
-- them is the parcel that the record is filed on, or belongs with it. Identifiers that the registry does not hold are
-- kept without a parcel, and so is what may be a day as well, unless the record is filed on that very parcel or one that
-- belongs with it: a camera that counts the pictures of each day gives the numbers of many parcels.
create or replace temp table attribution_file_name as
with stated as (
    select distinct kind, canonical from attribution_named
),
parcel_of as (
    select stated.kind, stated.canonical, parcel.apn
    from stated
    inner join parcel on stated.kind = 'apn' and parcel.apn = stated.canonical
    union
    -- A retired number still names its land.
    select stated.kind, stated.canonical, retired.apn
    from stated
    inner join parcel_successor as retired on stated.kind = 'apn' and retired.apn = stated.canonical
    union
    select stated.kind, stated.canonical, relative.apn
    from stated
    inner join permit on stated.kind = 'permit' and permit.permit_number = stated.canonical
    inner join permit as relative on relative.family = permit.family and relative.apn is not null
    union
    select stated.kind, stated.canonical, parcel_pin.apn
    from stated
    inner join parcel_pin on stated.kind = 'pin' and parcel_pin.pin = stated.canonical and parcel_pin.apn is not null
),
named as (
    select named.*, parcel_of.apn as named_apn
    from attribution_named as named
    left join parcel_of on parcel_of.kind = named.kind and parcel_of.canonical = named.canonical
),
differing as (
    select distinct apn, named_apn from named where named_apn <> apn
),
related as (
    select distinct differing.apn, differing.named_apn
    from differing
    inner join parcel_group as a on a.apn = differing.apn
    inner join parcel_group as b
        on b.apn = differing.named_apn and b.group_kind = a.group_kind and b.group_id = a.group_id
)
select
    named.* replace (
        if(
            named.maybe_day and named.named_apn is distinct from named.apn and related.apn is null, null, named.named_apn
        ) as named_apn
    ),
    coalesce(named.named_apn = named.apn, false) as is_filed,
    coalesce(named.named_apn = named.apn, false) or related.apn is not null as is_related
from named
left join related on related.apn = named.apn and related.named_apn = named.named_apn;
