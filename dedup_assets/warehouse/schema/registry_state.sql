-- What the registry's tables were made from. Room: registry.
create table if not exists registry_state (
    part    text primary key,  -- registry: parcel, permit, parcel_pin, parcel_group, parcel_lineage, parcel_successor, registry_point; identifier: identifier
    version text not null      -- first 16 hex digits of sha256 over the room's version and every file's name, layout and digest
);
