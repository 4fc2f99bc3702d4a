-- The parcels that a picture astray is consistent with, nearest first; parcels: how many there are in all.
create or replace temp table attribution_near as
with point_parcel as (
    -- At one point several hundred units may stand; the first of them are enough to narrow down.
    select
        latitude,
        longitude,
        canonical as apn,
        count(*) over (partition by latitude, longitude) as parcels
    from registry_point
    where kind = 'apn'
    qualify row_number() over (partition by latitude, longitude order by canonical) <= $near_parcels
),
placed as (
    select
        near.latitude,
        near.longitude,
        point_parcel.apn,
        min(near.metres) as metres,
        max(point_parcel.parcels) as parcels
    from attribution_near_m as near
    inner join point_parcel
        on point_parcel.latitude = near.point_latitude and point_parcel.longitude = near.point_longitude
    group by near.latitude, near.longitude, point_parcel.apn
),
ranked as (
    select
        * exclude (parcels),
        greatest(
            count(*) over (partition by latitude, longitude), max(parcels) over (partition by latitude, longitude)
        ) as parcels,
        row_number() over (partition by latitude, longitude order by metres, apn) as place
    from placed
)
select latitude, longitude, apn, metres, parcels from ranked where place <= $near_parcels;
