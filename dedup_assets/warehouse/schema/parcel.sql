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
    source              text not null,     -- the reference file that it came from
    jurisdiction        text,              -- city, other; null when nothing tells
    jurisdiction_basis  text,              -- what tells it: stated (parcel file), boundary (its point), of_record (a PIN or city permit); null with jurisdiction
    boundary_m          double             -- metres from its point to the city boundary, negative outside; null without point or boundary
);
