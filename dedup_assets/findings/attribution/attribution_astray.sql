-- Positions that can be measured and are not on the parcel on which their picture is filed, or on one that was retired:
-- which of its successors is it?
select distinct latitude, longitude
from attribution_gps
where isfinite(vague_m) and (stance <> 'supports' or parcel_status = 'stale')
order by latitude, longitude
