-- A permit of record. Room: registry.
create table if not exists permit (
    permit_number    text primary key,     -- YYTTT-OSSSS-NNNNN
    family           text not null,        -- YYTTT-NNNNN: the original and its supplements
    is_supplement    boolean not null,
    apn              text,                 -- canonical; null when unresolved (*** in page or parcel) or malformed
    apn_raw          text,
    apn_status       text not null,        -- ok, repaired, ambiguous, unresolved, malformed, missing
    status           text,
    permit_type      text,
    permit_sub_type  text,
    issue_date       date,
    status_date      date,
    address          text,
    zip_code         text,
    council_district text,
    dwelling_units   integer,
    valuation        double,               -- US dollars
    latitude         double,
    longitude        double,
    source           text not null,
    row_no           bigint not null
);
