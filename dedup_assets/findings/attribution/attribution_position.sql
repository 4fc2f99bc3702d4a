-- Where the pictures of the targets were taken, with the parcel they are filed on. A picture without GPS has the place of
-- another content that is the same photograph (from_copy): a records system that re-encodes loses the GPS of a copy.
create or replace temp table attribution_position as
with copy as (
    select
        look.target_id,
        look.sha256,
        arg_min(
            struct_pack(
                latitude := content.gps_latitude, longitude := content.gps_longitude, error_m := content.gps_error_m
            ),
            struct_pack(sha256 := content.sha256, algorithm_version := content.algorithm_version)
        ) as place
    from fact_look as look
    inner join content on content.sha256 = look.other_sha256
    where look.kind = 'duplicate' and content.gps_latitude is not null and content.gps_longitude is not null
    group by look.target_id, look.sha256
),
placed as (
    select
        own.target_id,
        own.row_no,
        own.apn,
        own.parcel_status,
        own.gps_latitude is null or own.gps_longitude is null as from_copy,
        if(from_copy, copy.place.latitude, own.gps_latitude) as latitude,
        if(from_copy, copy.place.longitude, own.gps_longitude) as longitude,
        coalesce(if(from_copy, copy.place.error_m, own.gps_error_m), 0) as error_m
    from fact_own as own
    inner join fact_target as target on target.delivery_id = own.target_id and target.maps_apn
    left join copy on copy.target_id = own.target_id and copy.sha256 = own.sha256
)
from placed
where latitude is not null and longitude is not null;
