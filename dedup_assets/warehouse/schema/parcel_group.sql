-- Parcels on which the same photograph is legitimate: two parcels are related when they share (group_kind, group_id).
-- Only groups of two parcels or more. Room: registry.
create table if not exists parcel_group (
    apn        text not null,  -- text(10)
    group_kind text not null,  -- geometry (one geometry, many APNs), permit_family (original and supplements), pin (one PIN, many APNs), lineage (a retired parcel and one that it has become)
    group_id   text not null,  -- the geometry group, the permit family, the PIN, retired>successor
    primary key (apn, group_kind, group_id)
);
