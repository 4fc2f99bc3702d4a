-- Parcels of the parcel file; an APN's first row.
insert into parcel by name
select
    named.canonical as apn,
    trim(stage.address) as address,
    trim(stage.zip_code) as zip_code,
    trim(stage.zone) as zone,
    trim(stage.council_district) as council_district,
    trim(stage.community_plan_area) as community_plan_area,
    point_of(stage.latitude, stage.longitude).latitude as latitude,
    point_of(stage.latitude, stage.longitude).longitude as longitude,
    trim(stage.geometry_group) as geometry_group,
    stage.source
from stage_parcel as stage
join stage_identity as named on named.kind = 'apn' and named.raw = stage.apn_raw and named.canonical is not null
qualify row_number() over (partition by named.canonical order by stage.source, stage.row_no) = 1;
