-- What GPS says of each record's parcel: its stance, why it is inconclusive, and the distances that it rests on.
create or replace temp table attribution_gps as
with related as (
    select
        apn,
        latitude,
        longitude,
        min(metres) as nearest_m,
        arg_min(related_apn, struct_pack(metres := metres, apn := related_apn)) as related_apn
    from attribution_related_m
    where not isnan(metres)
    group by apn, latitude, longitude
),
measured as (
    select
        placed.*,
        placed.error_m > vague.vague_m as by_receiver,
        -- By its digits, or by what the receiver says of itself; one that may be off by more than decides tells nothing.
        if(placed.error_m > $contradicts_m, 'infinity'::double, greatest(vague.vague_m, placed.error_m)) as vague_m,
        own.nearest_m as own_m,
        own.farthest_m,
        own.points,
        related.nearest_m as related_m,
        if(related.nearest_m < coalesce(own.nearest_m, 'infinity'::double), related.related_apn, null) as related_apn,
        least(own.nearest_m, related.nearest_m) as distance_m
    from attribution_position as placed
    inner join attribution_vague as vague
        on vague.latitude = placed.latitude and vague.longitude = placed.longitude
    left join attribution_distance as own
        on own.apn = placed.apn and own.latitude = placed.latitude and own.longitude = placed.longitude
    left join related
        on related.apn = placed.apn and related.latitude = placed.latitude and related.longitude = placed.longitude
)
select
    *,
    case
        when not isfinite(vague_m) then 'inconclusive'
        when distance_m is null then 'inconclusive'
        when distance_m <= $consistent_m then 'supports'
        when distance_m > $contradicts_m + vague_m then 'contradicts'
        else 'inconclusive'
    end as stance,
    case
        when abs(latitude) < $nowhere and abs(longitude) < $nowhere then 'no_fix'
        when not isfinite(vague_m) then if(by_receiver, 'unsure', 'rounded')
        when apn is null then 'no_parcel'
        when distance_m is null then 'no_point'
        when distance_m > $consistent_m and distance_m <= $contradicts_m + vague_m then 'between'
    end as why
from measured;
