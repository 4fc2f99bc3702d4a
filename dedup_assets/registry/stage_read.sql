-- The staged rows with a usable key, their identifiers and values read.
create or replace temp table read_permit as
with permit_identity as (select * from stage_identity where kind = 'permit' and canonical is not null),
apn_identity as (select * from stage_identity where kind = 'apn'),
pin_identity as (select * from stage_identity where kind = 'pin')
select
    stage.source,
    stage.row_no,
    named.canonical as permit_number,
    named.family,
    named.is_supplement,
    parcel.canonical as apn,
    stage.apn_raw,
    coalesce(parcel.status, 'missing') as apn_status,
    pinned.canonical as pin,
    trim(stage.status) as status,
    trim(stage.permit_type) as permit_type,
    trim(stage.permit_sub_type) as permit_sub_type,
    date_of(stage.issue_date) as issue_date,
    date_of(stage.status_date) as status_date,
    coalesce(
        trim(stage.address),
        nullif(
            concat_ws(
                ' ',
                trim(stage.address_start), trim(stage.street_direction),
                trim(stage.street_name), trim(stage.street_suffix)
            ),
            ''
        )
    ) as address,
    trim(stage.zip_code) as zip_code,
    trim(stage.zone) as zone,
    trim(stage.council_district) as council_district,
    trim(stage.community_plan_area) as community_plan_area,
    try_cast(try_cast(trim(stage.dwelling_units) as double) as integer) as dwelling_units,
    try_cast(regexp_replace(stage.valuation, '[$, ]', '', 'g') as double) as valuation,
    -- two columns, or '(34.04407, -118.29097)'
    point_of(
        coalesce(stage.latitude, regexp_extract(stage.latitude_longitude, '\(\s*([-0-9.]+)\s*,', 1)),
        coalesce(stage.longitude, regexp_extract(stage.latitude_longitude, ',\s*([-0-9.]+)\s*\)', 1))
    ) as point
from stage_permit as stage
join permit_identity as named on named.raw = stage.permit_number_raw
left join apn_identity as parcel on parcel.raw = stage.apn_raw
left join pin_identity as pinned on pinned.raw = stage.pin_raw;

create or replace temp table read_pin as
with apn_identity as (select * from stage_identity where kind = 'apn'),
pin_identity as (select * from stage_identity where kind = 'pin' and canonical is not null)
select
    stage.source,
    stage.row_no,
    pinned.canonical as pin,
    parcel.canonical as apn,
    point_of(stage.latitude, stage.longitude) as point
from stage_pin as stage
join pin_identity as pinned on pinned.raw = stage.pin_raw
left join apn_identity as parcel on parcel.raw = stage.apn_raw;

create or replace temp table read_lineage as
with apn_identity as (select * from stage_identity where kind = 'apn')
select
    stage.source,
    stage.row_no,
    retired.canonical as apn,
    successor.canonical as successor,
    date_of(stage.effective_date) as effective_date
from stage_lineage as stage
left join apn_identity as retired on retired.raw = stage.apn_raw
left join apn_identity as successor on successor.raw = stage.successor_raw;

create or replace temp table stage_jurisdiction as
select named.canonical as apn, min_by(trim(stage.jurisdiction), (stage.source, stage.row_no)) as stated
from stage_parcel as stage
join stage_identity as named on named.kind = 'apn' and named.raw = stage.apn_raw and named.canonical is not null
where stage.jurisdiction is not null
group by named.canonical;
