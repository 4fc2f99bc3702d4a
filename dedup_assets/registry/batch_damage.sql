-- Damage of the identifier columns of every batch, from what the table identifier says of each value; see
-- forensics.column_damage for the rule, which is the same. $notation: the repairs that change the notation only.
insert into batch_damage by name
with given as (
    select
        delivery_id,
        department,
        as_of,
        coalesce(nullif(trim(batch_id), ''), '') as batch_id,
        permit_number_raw,
        unnest([
            struct_pack(column_name := 'apn_raw', kind := 'apn', raw := apn_raw),
            struct_pack(column_name := 'pin_raw', kind := 'pin', raw := pin_raw),
            struct_pack(column_name := 'permit_number_raw', kind := 'permit', raw := permit_number_raw)
        ], recursive := true)
    from image_record
),
size as (
    select delivery_id, batch_id, column_name, count(*) as rows_given
    from given
    where trim(raw) != ''
    group by delivery_id, batch_id, column_name
),
-- The values that something was done to; a record names its parcel a second time by its permit.
affected as (
    select
        given.delivery_id,
        given.department,
        given.as_of,
        given.batch_id,
        given.column_name,
        given.raw,
        identifier.status,
        identifier.canonical,
        identifier.candidates,
        identifier.in_registry,
        if(identifier.status = 'malformed', 'malformed', array_to_string(identifier.repairs, ' + ')) as transformation,
        identifier.status <> 'malformed' and list_has_all($notation, identifier.repairs) as is_notation,
        if(
            given.kind = 'apn' and identifier.canonical is null and list_contains(identifier.candidates, permit.apn),
            permit.apn,
            null
        ) as by_row
    from given
    inner join identifier on identifier.kind = given.kind and identifier.raw = given.raw
    left join identifier as of_permit on of_permit.kind = 'permit' and of_permit.raw = given.permit_number_raw
    left join permit on permit.permit_number = of_permit.canonical
    where identifier.status = 'malformed' or (identifier.status <> 'unresolved' and len(identifier.repairs) > 0)
),
counted as (
    select
        delivery_id,
        batch_id,
        column_name,
        transformation,
        any_value(department) as department,
        any_value(as_of) as as_of,
        any_value(is_notation) as is_notation,
        count(*) as rows_affected,
        count(*) filter (where canonical is not null or by_row is not null) as rows_restored,
        count(*) filter (where (canonical is not null or by_row is not null) and in_registry) as rows_in_registry,
        count(*) filter (where by_row is not null) as rows_by_row,
        count(*) filter (where canonical is null and by_row is null and status = 'ambiguous') as rows_ambiguous,
        count(*) filter (where canonical is null and by_row is null and status <> 'ambiguous') as rows_lost
    from affected
    group by delivery_id, batch_id, column_name, transformation
),
example as (
    select
        delivery_id,
        batch_id,
        column_name,
        transformation,
        raw,
        -- What the value means by itself: rows may decide otherwise of one another.
        coalesce(
            any_value(canonical), nullif(array_to_string(any_value(candidates)[:5], ' or '), ''), '?'
        ) as meaning
    from affected
    group by delivery_id, batch_id, column_name, transformation, raw
    qualify row_number() over (partition by delivery_id, batch_id, column_name, transformation order by raw) <= 5
),
shown as (
    select
        delivery_id,
        batch_id,
        column_name,
        transformation,
        list(struct_pack(raw := raw, meaning := meaning) order by raw) as examples
    from example
    group by delivery_id, batch_id, column_name, transformation
)
select counted.*, size.rows_given, shown.examples
from counted
inner join size using (delivery_id, batch_id, column_name)
inner join shown using (delivery_id, batch_id, column_name, transformation);
