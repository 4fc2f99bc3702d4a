-- What the facts of every target follow from, as one digest each: the records of its pool with their files and
-- identifiers, its department's traits, the relations of record, the matches between contents of its pool, and the
-- version of the code. Hashes are added, not xored: the same change in the last column of two rows would cancel out, and
-- so would a value that two records send. Reading a million records for it takes about a quarter of a second. hash() is
-- not the same in every DuckDB release: a new one computes anew.
with member_delivery as (
    select distinct delivery_id from fact_member
),
records as (
    select delivery_id, sum(hash(
        row_no, image_id, storage_uri, declared_sha256, captured_at, uploaded_at, source_system, batch_id,
        permit_number_raw, apn_raw, pin_raw, photo_role, replaces_image_id, device_serial, duration_seconds,
        subject_ref, file_name, batch_row_no, missing_values, mandatory_values, typed_values, invalid_values
    )::hugeint % 4294967291) as digest
    from image_record
    semi join member_delivery using (delivery_id)
    group by delivery_id
),
files as (
    select delivery_id, sum(hash(storage_uri, status, reason, sha256, algorithm_version)::hugeint % 4294967291) as digest
    from image_file
    semi join member_delivery using (delivery_id)
    group by delivery_id
),
named as (
    select record.delivery_id, unnest([
        struct_pack(kind := 'apn', raw := record.apn_raw),
        struct_pack(kind := 'pin', raw := record.pin_raw),
        struct_pack(kind := 'permit', raw := record.permit_number_raw)
    ], recursive := true)
    from image_record as record
    semi join member_delivery using (delivery_id)
),
identifiers as (
    select
        named.delivery_id,
        sum(hash(named.kind, named.raw, identifier.canonical, identifier.status, identifier.in_registry)::hugeint
            % 4294967291) as digest
    from named
    inner join identifier on identifier.kind = named.kind and identifier.raw = named.raw
    group by named.delivery_id
),
member as (
    select
        fact_member.target_id,
        string_agg(
            concat_ws(
                ':',
                fact_member.delivery_id,
                coalesce(records.digest::text, ''),
                coalesce(files.digest::text, ''),
                coalesce(identifiers.digest::text, '')
            ),
            ',' order by fact_member.delivery_id
        ) as digest
    from fact_member
    left join records on records.delivery_id = fact_member.delivery_id
    left join files on files.delivery_id = fact_member.delivery_id
    left join identifiers on identifiers.delivery_id = fact_member.delivery_id
    group by fact_member.target_id
),
relation as (
    select concat_ws(
        ':',
        (select count(*) > 0 from identifier),
        (select coalesce(sum(hash(permit_number, family, apn)::hugeint % 4294967291), 0) from permit),
        (select coalesce(sum(hash(pin, apn)::hugeint % 4294967291), 0) from parcel_pin),
        (select coalesce(sum(hash(apn, successor, stale_from)::hugeint % 4294967291), 0) from parcel_successor),
        (select coalesce(sum(hash(apn)::hugeint % 4294967291), 0) from parcel),
        (select coalesce(sum(hash(kind, canonical, latitude, longitude)::hugeint % 4294967291), 0) from registry_point),
        (select count(*) > 0 from reference_file where layout = 'parcels'),
        (select coalesce(sum(hash(report_sha256, sha256, department, from_as_of)::hugeint % 4294967291), 0) from report_scope),
        (select coalesce(sum(hash(apn, group_kind, group_id)::hugeint % 4294967291), 0) from parcel_group)
    ) as digest
),
matched as (
    select distinct fact_member.target_id, image_file.sha256
    from fact_member
    inner join image_file on image_file.delivery_id = fact_member.delivery_id
    where image_file.sha256 in (select sha256_a from pair_verdict union select sha256_b from pair_verdict)
),
pairs as (
    select
        a.target_id,
        sum(
            hash(match.sha256_a, match.sha256_b, match.distance, match.verdict)::hugeint % 4294967291
        ) as digest
    from pair_verdict as match
    inner join matched as a on a.sha256 = match.sha256_a
    inner join matched as b on b.sha256 = match.sha256_b and b.target_id = a.target_id
    group by a.target_id
)
select
    delivery.delivery_id,
    delivery.department,
    delivery.as_of,
    delivery.rows_accepted,
    sha256(concat_ws(
        '|', $version, to_json(fact_trait), member.digest, relation.digest, coalesce(pairs.digest::text, '')
    )) as digest
from member
inner join delivery on delivery.delivery_id = member.target_id
inner join fact_trait on fact_trait.department = delivery.department
cross join relation
left join pairs on pairs.target_id = member.target_id
order by delivery.department, delivery.as_of;
