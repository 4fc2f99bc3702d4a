-- Findings of identifiers that do not read, where the forensics of the batch name what a spreadsheet did to the column.
-- A column too narrow to show its number prints as ######: no meaning is left, but what wrote it is plain.
insert into cause_candidate by name
with damaged as (
    select
        delivery_id,
        batch_id,
        column_name,
        any_value(rows_given) as rows_given,
        sum(rows_affected)::bigint as rows_affected,
        sum(rows_restored)::bigint as rows_restored,
        sum(rows_in_registry)::bigint as rows_in_registry,
        sum(rows_ambiguous)::bigint as rows_ambiguous,
        sum(rows_lost)::bigint as rows_lost,
        list(transformation order by transformation) as transformations
    from batch_damage
    where not is_notation and list_has_any(string_split(transformation, ' + '), $spreadsheet)
    group by delivery_id, batch_id, column_name
),
given_identifier as (
    select
        finding.finding_id,
        finding.department,
        finding.as_of,
        record.delivery_id,
        coalesce(record.batch_id, '') as batch_id,
        unnest([
            struct_pack(column_name := 'apn_raw', kind := 'apn', raw := record.apn_raw),
            struct_pack(column_name := 'pin_raw', kind := 'pin', raw := record.pin_raw),
            struct_pack(column_name := 'permit_number_raw', kind := 'permit', raw := record.permit_number_raw)
        ], recursive := true)
    from cause_finding as finding
    inner join cause_record as record on record.record_id = finding.record_id
    where finding.fact = 'malformed_identifiers'
),
broken as (
    select
        given_identifier.*,
        array_to_string(identifier.repairs, ' + ') as transformation,
        list_has_any(identifier.repairs, $spreadsheet) as by_forensics
    from given_identifier
    inner join identifier on identifier.kind = given_identifier.kind and identifier.raw = given_identifier.raw
    where
        identifier.status in ('ambiguous', 'malformed')
        and (list_has_any(identifier.repairs, $spreadsheet) or regexp_full_match(trim(given_identifier.raw), '#{3,}'))
),
hashed as (
    -- Cells that print as ######, of the batches and columns that are asked about.
    select record.delivery_id, coalesce(record.batch_id, '') as batch_id, raw.column_name,
        count(*) filter (where regexp_full_match(trim(raw.value), '#{3,}')) as cells,
        count(*) filter (where trim(raw.value) <> '') as given
    from cause_record as record
    cross join unnest([
        struct_pack(column_name := 'apn_raw', value := record.apn_raw),
        struct_pack(column_name := 'pin_raw', value := record.pin_raw),
        struct_pack(column_name := 'permit_number_raw', value := record.permit_number_raw)
    ]) as cell (raw)
    where
        (record.delivery_id, coalesce(record.batch_id, ''))
        in (select (delivery_id, batch_id) from broken where not by_forensics)
    group by all
)
select
    broken.finding_id,
    broken.department,
    broken.as_of,
    'spreadsheet_damage' as cause,
    concat_ws(':', broken.column_name, broken.batch_id) as occurrence_id,
    if(broken.by_forensics, damaged.rows_affected, hashed.cells) as support,
    if(broken.by_forensics, damaged.rows_given, hashed.given) as considered,
    to_json({
        batch_id: broken.batch_id,
        column_name: broken.column_name,
        rows_affected: if(broken.by_forensics, damaged.rows_affected, hashed.cells),
        rows_ambiguous: if(broken.by_forensics, damaged.rows_ambiguous, 0),
        rows_given: if(broken.by_forensics, damaged.rows_given, hashed.given),
        rows_in_registry: if(broken.by_forensics, damaged.rows_in_registry, 0),
        rows_lost: if(broken.by_forensics, damaged.rows_lost, hashed.cells),
        rows_restored: if(broken.by_forensics, damaged.rows_restored, 0),
        transformations: if(broken.by_forensics, damaged.transformations, ['column_too_narrow'])
    }) as detail
from broken
left join damaged using (delivery_id, batch_id, column_name)
left join hashed using (delivery_id, batch_id, column_name)
where not broken.by_forensics or damaged.rows_affected is not null;
