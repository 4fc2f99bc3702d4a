-- Of each parcel and position the metres to the parcel's nearest and farthest point, where there is one.
create or replace temp table attribution_distance as
select apn, latitude, longitude, min(metres) as nearest_m, max(metres) as farthest_m, count(*) as points
from attribution_own_m
where not isnan(metres)
group by apn, latitude, longitude;
