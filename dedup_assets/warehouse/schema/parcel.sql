-- A parcel of record. Room: registry.
create table if not exists parcel (
    apn                 text primary key,  -- text(10)
    address             text,
    zip_code            text,
    zone                text,
    council_district    text,
    community_plan_area text,
    latitude            double,            -- degrees, WGS84
    longitude           double,
    geometry_group      text,              -- parcels that share one geometry (condominium, airspace, tied lot) share this
    source              text not null      -- the reference file that it came from
);
