-- Positions that are not on their own parcel, with each point of their group: of the parcels that belong with it, and
-- of itself, which is never nearer than its own.
with astray as (
    select distinct placed.apn, placed.latitude, placed.longitude
    from attribution_position as placed
    inner join attribution_vague as vague
        on vague.latitude = placed.latitude and vague.longitude = placed.longitude and isfinite(vague.vague_m)
    left join attribution_distance as own
        on own.apn = placed.apn and own.latitude = placed.latitude and own.longitude = placed.longitude
    where own.nearest_m is null or own.nearest_m > $consistent_m
),
wanted as (
    select distinct astray.apn, parcel_group.group_kind, parcel_group.group_id
    from (select distinct apn from astray) as astray
    inner join parcel_group on parcel_group.apn = astray.apn
),
group_point as (
    -- By group and not parcel by parcel: the units of a tower are many, and their points are few.
    select
        parcel_group.group_kind,
        parcel_group.group_id,
        point.latitude as point_latitude,
        point.longitude as point_longitude,
        min(point.canonical) as related_apn
    from (select distinct group_kind, group_id from wanted) as asked
    inner join parcel_group
        on parcel_group.group_kind = asked.group_kind and parcel_group.group_id = asked.group_id
    inner join registry_point as point on point.kind = 'apn' and point.canonical = parcel_group.apn
    group by parcel_group.group_kind, parcel_group.group_id, point.latitude, point.longitude
),
related_point as (
    select wanted.apn, group_point.point_latitude, group_point.point_longitude, min(group_point.related_apn) as related_apn
    from wanted
    inner join group_point
        on group_point.group_kind = wanted.group_kind and group_point.group_id = wanted.group_id
    group by wanted.apn, group_point.point_latitude, group_point.point_longitude
)
select astray.apn, astray.latitude, astray.longitude, point_latitude, point_longitude, related_apn
from astray
inner join related_point on related_point.apn = astray.apn
