-- Reference files as text, and what their identifiers mean, while they are being loaded.
-- Degrees, WGS84, or null. 0, 0 lies in the Gulf of Guinea: it is how systems write "no coordinates".
create or replace temp macro point_of(latitude, longitude) as
case
    when
        try_cast(latitude as double) between -90 and 90
        and try_cast(longitude as double) between -180 and 180
        and (try_cast(latitude as double) != 0 or try_cast(longitude as double) != 0)
        then {'latitude': try_cast(latitude as double), 'longitude': try_cast(longitude as double)}
end;
-- 02/16/2013, 2/16/2013 0:00, 02/16/2013 12:00:00 AM, 2013-02-16, 2013-02-16T00:00:00.000; a year of two digits is null.
create or replace temp macro date_of(value) as
try_strptime(
    regexp_extract(trim(value), '^([0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})([T ]|$)', 1),
    ['%m/%d/%Y', '%Y-%m-%d']
)::date;
create or replace temp table stage_permit (
    source             text not null,
    row_no             bigint not null,
    permit_number_raw  text,
    apn_raw            text,
    pin_raw            text,
    status             text,
    status_date        text,
    permit_type        text,
    permit_sub_type    text,
    issue_date         text,
    address            text,
    address_start      text,
    street_direction   text,
    street_name        text,
    street_suffix      text,
    zip_code           text,
    zone               text,
    council_district   text,
    community_plan_area text,
    dwelling_units     text,
    valuation          text,
    latitude_longitude text,
    latitude           text,
    longitude          text
);
create or replace temp table stage_parcel (
    source              text not null,
    row_no              bigint not null,
    apn_raw             text,
    address             text,
    zip_code            text,
    zone                text,
    council_district    text,
    community_plan_area text,
    latitude            text,
    longitude           text,
    geometry_group      text,
    jurisdiction        text
);
create or replace temp table stage_pin (
    source    text not null,
    row_no    bigint not null,
    pin_raw   text,
    apn_raw   text,
    latitude  text,
    longitude text
);
create or replace temp table stage_lineage (
    source         text not null,
    row_no         bigint not null,
    apn_raw        text,
    successor_raw  text,
    effective_date text
);
create or replace temp table stage_identity (
    kind          text not null,
    raw           text not null,
    canonical     text,
    status        text not null,
    family        text,     -- of permits
    is_supplement boolean   -- of permits
);
