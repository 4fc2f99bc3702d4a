-- What a retired APN has become by now, chains of parcel_lineage followed to their ends. Room: registry.
create table if not exists parcel_successor (
    apn        text not null,  -- retired; text(10)
    successor  text not null,  -- not retired itself; several when the parcel was split
    stale_from date not null,  -- the day on which apn was retired, its first step
    primary key (apn, successor)
);
