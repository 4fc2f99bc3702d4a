-- What one source says about the parcel on which one image record is filed. Room: findings.
-- One row a record and source, and none where the source has nothing to say (a picture without GPS). Records of
-- departments that name no parcels have no rows. (delivery_id, row_no, source) is unique by the queries that fill it and
-- asserted when it is filled; an index over it would cost more than the table.
create table if not exists parcel_evidence (
    delivery_id text not null,
    row_no      bigint not null,
    source      text not null,  -- gps, file_name, batch_neighbours, permit_of_record, pin_relation, same_photograph, reports, lineage, registry
    stance      text not null,  -- supports, contradicts, inconclusive: of the parcel that the record is filed on
    apn         text,           -- the one parcel that the source points to; null when it points to none or to several
    detail      text not null   -- canonical JSON: what was seen, distances in metres
);
