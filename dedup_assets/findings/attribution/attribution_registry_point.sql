-- Every point of a parcel of record, once.
select distinct latitude, longitude
from registry_point
where
    kind = 'apn'
    and exists (from attribution_gps where isfinite(vague_m) and (stance <> 'supports' or parcel_status = 'stale'))
order by latitude, longitude
