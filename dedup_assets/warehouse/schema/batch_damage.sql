-- What one transformation did to one identifier column of one batch of a delivery. Room: registry.
-- rows_affected = rows_restored + rows_ambiguous + rows_lost. Examples are raw identifiers: as restricted as the column.
create table if not exists batch_damage (
    delivery_id      text not null,
    department       text not null,
    as_of            date not null,
    batch_id         text not null,     -- empty for records without one
    column_name      text not null,     -- apn_raw, pin_raw, permit_number_raw
    transformation   text not null,     -- the repairs that undo it, joined by " + "; malformed when nothing explains the values
    is_notation      boolean not null,  -- only the way of writing changed, nothing was lost
    rows_given       bigint not null,   -- records of the batch that give a value in this column
    rows_affected    bigint not null,
    rows_restored    bigint not null,   -- exactly one meaning is left
    rows_in_registry bigint not null,   -- of those restored, the ones that are entries of the registry: the proof
    rows_by_row      bigint not null,   -- of those restored, the ones that only the parcel of the record's permit decides
    rows_ambiguous   bigint not null,   -- several meanings, or one that nothing supports
    rows_lost        bigint not null,   -- the value no longer tells what it was
    examples         struct(raw text, meaning text)[] not null, -- up to five, by raw value
    primary key (delivery_id, batch_id, column_name, transformation),
    check (rows_affected = rows_restored + rows_ambiguous + rows_lost)
);
