-- Points of parcels and PINs: the parcel file's own, and those of the permits and PIN relations that name them.
insert into registry_point by name
with given as (
    select 'apn' as kind, apn as canonical, latitude, longitude, source from parcel
    union all
    select 'apn', apn, point.latitude, point.longitude, source from read_permit
    union all
    select 'apn', apn, point.latitude, point.longitude, source from read_pin
    union all
    select 'pin', pin, point.latitude, point.longitude, source from read_permit
    union all
    select 'pin', pin, point.latitude, point.longitude, source from read_pin
)
select kind, canonical, latitude, longitude, min(source) as source
from given
where canonical is not null and latitude is not null and longitude is not null
group by kind, canonical, latitude, longitude;
