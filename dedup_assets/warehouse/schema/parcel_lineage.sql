-- One step in the lineage of a parcel: a retired APN and an APN that took its place. Room: registry.
create table if not exists parcel_lineage (
    apn            text not null,  -- retired; text(10)
    successor      text not null,  -- text(10)
    effective_date date not null,  -- from this day on apn is retired
    change         text not null,  -- split, merge, split_and_merge, renumber: by how many parcels became how many that day
    source         text not null,  -- the reference file that it came from
    primary key (apn, successor)
);
