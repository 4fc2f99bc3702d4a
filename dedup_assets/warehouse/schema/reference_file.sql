-- One reference file that was read into the registry. Room: registry.
create table if not exists reference_file (
    name          text primary key,
    layout        text not null,      -- ladbs_55, ladbs_2020, parcels, parcel_pin, code_enforcement, parcel_lineage, boundary
    sha256        text not null,
    byte_size     bigint not null,
    rows_in       bigint not null,
    rows_accepted bigint not null,
    rows_rejected bigint not null,
    check (rows_in = rows_accepted + rows_rejected)
);
