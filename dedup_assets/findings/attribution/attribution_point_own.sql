-- Every position that can be measured with each point of the parcel that its picture is filed on.
select
    placed.apn,
    placed.latitude,
    placed.longitude,
    point.latitude as point_latitude,
    point.longitude as point_longitude
from (select distinct apn, latitude, longitude from attribution_position) as placed
inner join attribution_vague as vague
    on vague.latitude = placed.latitude and vague.longitude = placed.longitude and isfinite(vague.vague_m)
inner join registry_point as point on point.kind = 'apn' and point.canonical = placed.apn
