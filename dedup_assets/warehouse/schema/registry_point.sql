-- Every point at which the reference files place a parcel or a PIN, once; the evidence of GPS measures to the nearest of
-- them (geometry.distance_m), and their spread is part of its uncertainty. Room: registry.
create table if not exists registry_point (
    kind      text not null,    -- apn, pin
    canonical text not null,    -- the APN, text(10), or the PIN, text(13)
    latitude  double not null,  -- degrees, WGS84
    longitude double not null,
    source    text not null,    -- the first reference file that gives it
    primary key (kind, canonical, latitude, longitude)
);
