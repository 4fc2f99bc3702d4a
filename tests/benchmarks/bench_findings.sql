-- The tables that bench_findings.py asks about, as the rooms before findings leave them: a registry of the city's size
-- and a delivery of each of three departments, with every fault that the rules and causes look for, each at a share that
-- real deliveries have. Deterministic: every draw is a hash of the record's number. $records in all; the city's tables
-- hold 880,000 parcels (City parcel layer: 883,642) and 400,000 permits, ten times fewer where records are ten times fewer.
set variable parcels = least(880000, getvariable('records') * 88 // 100);
set variable permits = least(400000, getvariable('records') * 40 // 100);

-- A share of 10,000, drawn for number i under a word.
create or replace temp macro drawn(i, word) as (hash(i, word) % 10000)::bigint;
create or replace temp macro apn_of(p) as (2004000000 + p * 7)::text;
-- One permit in twenty is a supplement of the one before it.
create or replace temp macro original_of(j) as if(j % 20 = 19, j - 1, j);
create or replace temp macro permit_of(j) as format(
    '{:02d}010-1{:04d}-{:05d}', 10 + original_of(j) // 100000, (j % 20 = 19)::integer, original_of(j) % 100000
);
create or replace temp macro pin_of(p) as format('{:03d}B{:03d}{:6d}', 90 + p // 100000, p // 1000 % 100, p % 1000 + 1);
-- The case of a record (a permit, three photographs on average) and its parcel; 104729 is prime, so cases are spread.
create or replace temp macro parcel_at(c) as c * 104729 % getvariable('parcels');
-- A grid of 33 m by 46 m over the city.
create or replace temp macro latitude_of(p) as 33.9 + (p // 940) * 0.0003;
create or replace temp macro longitude_of(p) as -118.6 + (p % 940) * 0.0005;

insert into parcel by name
select apn_of(p) as apn, format('{} MAIN ST', p) as address, '90012' as zip_code, 'R1' as zone,
    (p % 15 + 1)::text as council_district, format('Plan {}', p % 35) as community_plan_area,
    latitude_of(p) as latitude, longitude_of(p) as longitude, 'parcels.csv' as source, 'city' as jurisdiction,
    'stated' as jurisdiction_basis
from range(getvariable('parcels')) as t (p);

-- One parcel in seven shares its shape with others.
insert into parcel_group
select apn_of(p), 'geometry', 'G' || p // 49 from range(getvariable('parcels')) as t (p) where p % 49 < 7;

insert into parcel_pin select pin_of(p), apn_of(p), 'pins.csv' from range(getvariable('parcels')) as t (p);

insert into permit by name
select permit_of(j) as permit_number,
    permit_number[:5] || '-' || permit_number[13:] as family, j % 20 = 19 as is_supplement,
    if(drawn(j, 'no apn') < 170, null, apn_of(parcel_at(original_of(j)))) as apn, apn as apn_raw,
    if(apn is null, 'unresolved', 'ok') as apn_status,
    ['Issued', 'Permit Finaled', 'CofO Issued', 'Permit Expired', 'Issued'][j % 5 + 1] as status,
    date '2013-01-01' + (j % 1400)::integer as issue_date, (j % 15 + 1)::text as council_district,
    (hash(j, 'units') % 6)::integer as dwelling_units, latitude_of(parcel_at(j)) as latitude,
    longitude_of(parcel_at(j)) as longitude, 'permits.csv' as source, j as row_no
from range(getvariable('permits')) as t (j);

insert into registry_point
select 'apn', apn_of(p), latitude_of(p), longitude_of(p), 'parcels.csv' from range(getvariable('parcels')) as t (p)
union all
select 'pin', pin_of(p), latitude_of(p), longitude_of(p), 'pins.csv' from range(getvariable('parcels')) as t (p)
union all
-- Every tenth permit's geocode is some metres off its parcel's.
select 'apn', apn_of(parcel_at(j)), latitude_of(parcel_at(j)) + 0.00008, longitude_of(parcel_at(j)), 'permits.csv'
from range(0, getvariable('permits'), 10) as t (j);

insert into parcel_successor
select apn_of(p), apn_of(p + 1), date '2020-07-01' from range(0, getvariable('parcels') - 1, 400) as t (p);
insert into parcel_lineage by name
select apn, successor, stale_from as effective_date, 'renumber' as change, 'lineage.csv' as source from parcel_successor;
insert into parcel_group select unnest([apn, successor]), 'lineage', apn || '>' || successor from parcel_successor;
insert into reference_file
select name, name, sha256(name), 1, 1, 1, 0 from unnest(['parcels', 'ladbs_55', 'parcel_pin', 'parcel_lineage']) t (name);
insert into registry_state values ('registry', 'r'), ('identifier', 'i');

-- Half of the records are of permits; a quarter each of the zoning map and of housing.
create temp table drawn_record as
with numbered as (
    select
        name as department,
        n,
        n + start as i,
        n // 3 + case name when 'housing_pipeline' then getvariable('permits') // 3 else 0 end as c,
        n // 500 as batch,
        n % 500 as place
    from (
        values
            ('ladbs_permits', 0, 2), ('planning_zimas', getvariable('records') // 2, 4),
            ('housing_pipeline', getvariable('records') // 4 * 3, 4)
    ) as department (name, start, share),
    range(getvariable('records') // share) as t (n)
),
slipped as (
    -- In one batch of a hundred the keys of 300 rows slipped by 1 to 9 rows.
    select *, batch % 100 = 13 and place between 100 and 399 as is_slipped,
        if(is_slipped, (n + 3 * (1 + batch % 9)) // 3 - n // 3, 0) as slip
    from numbered
),
keyed as (
    select
        *,
        c + slip as key_case,
        -- Mistyped or copied keys; the permit stays.
        if(drawn(i, 'stranger') < 100, (parcel_at(c) + 777) % getvariable('parcels'), parcel_at(c + slip)) as key_parcel,
        if(slip <> 0 and batch % 200 = 13, c, c + slip) % getvariable('permits') as key_permit
    from slipped
),
held as (
    select
        *,
        case
            when drawn(i, 'placeholder') < 30 then 'placeholder' || hash(i, 'which') % 5
            when batch % 200 = 57 then 'c' || i - 500
            when drawn(i, 'copy') < 500 and n > 5000 then 'c' || i - 1 - hash(i, 'back') % 5000
            when department <> 'ladbs_permits' and drawn(i, 'elsewhere') < 400 then 'c' || n
            when drawn(i, 'reencoded') < 100 then 'r' || i
            else 'c' || i
        end as word
    from keyed
)
select
    *,
    sha256(word) as content,
    case
        when drawn(i, 'lost') < 50 then 'missing' when drawn(i, 'broken') < 30 then 'unreadable' else 'ok'
    end as file,
    case
        when drawn(i, 'apn') < 30 then '5' || i else apn_of(key_parcel)
    end as apn,
    case
        when drawn(i, 'apn') < 30 then apn
        when drawn(i, 'notation') < 2500 then apn[:4] || '-' || apn[5:7] || '-' || apn[8:]
        when drawn(i, 'notation') < 2700 then apn || '.0'
        else apn
    end as apn_raw
from held;

insert into delivery
select department, department, date '2025-06-30', 1, department, 'csv', sha256(department), 1, 'read', null, true, '1', 'c',
    count(*) + 100, count(*), 100
from drawn_record group by department;
insert into period select department, as_of, delivery_id, 'read', null from delivery;
insert into rejected_row by name
select delivery_id, department, as_of, row_no, 'IMAGE_ID' as column_name, 'required' as rule, 'blank' as detail, '{}' as raw
from delivery, range(100) as t (row_no);

insert into image_record by name
select
    department as delivery_id, department, date '2025-06-30' as as_of, n + 1 as row_no, 'IMG-' || i as image_id,
    format('{:03d}/{}.jpg', n // 10000, i) as storage_uri,
    case
        when drawn(i, 'name') < 5000 then apn_of(parcel_at(c)) || '_front_' || n || '.jpg'
        when drawn(i, 'name') < 7000 then permit_of(c % getvariable('permits')) || '_' || n || '.jpg'
        when drawn(i, 'name') < 8500 then format('IMG_{:04d}.JPG', n % 10000)
        else substr(md5(i::text), 1, 12) || '.jpg'
    end as file_name,
    'image/jpeg' as media_type, '700000' as byte_size,
    if(drawn(i, 'checksum') < 20, sha256(i::text), if(drawn(i, 'undeclared') < 300, null, content)) as declared_sha256,
    strftime(timestamp '2014-01-01' + to_minutes((i * 7)::integer), '%Y-%m-%dT%H:%M:%S') || '-08:00' as captured_at,
    strftime(timestamp '2020-01-01' + to_minutes((i * 2)::integer), '%Y-%m-%dT%H:%M:%S') || '-08:00' as uploaded_at,
    if(drawn(i, 'pulled') < 100, 'pulled_from_parcel_record', 'upload') as upload_channel,
    ['PCIS', 'DAFS', 'ePlanLA'][batch % 3 + 1] as source_system,
    if(department = 'housing_pipeline', 'APP-' || c, null) as source_record_id,
    'B-' || batch as batch_id, (place + 1)::text as batch_row_no,
    if(department = 'planning_zimas', null, permit_of(key_permit)) as permit_number_raw, apn_raw,
    if(department = 'planning_zimas', pin_of(parcel_at(c)), null) as pin_raw,
    ['front', 'before', 'after'][n % 3 + 1] as photo_role,
    if(n % 3 = 2, 'IMG-' || i - 1, null) as replaces_image_id,
    if(department = 'housing_pipeline', (c % 5)::text, null) as dwelling_units,
    if(department = 'housing_pipeline', '2024-11-05', null) as queue_date,
    (drawn(i, 'blank') < 60)::integer as missing_values, 4 as mandatory_values, 3 as typed_values,
    (drawn(i, 'typed') < 40)::integer as invalid_values
from drawn_record;

insert into image_file
select department, department, format('{:03d}/{}.jpg', n // 10000, i), file,
    case file when 'missing' then 'no_such_file' when 'unreadable' then 'truncated' end,
    if(file = 'missing', null, content), 700000, 't', 'v'
from drawn_record;

-- Four pictures of ten have GPS, as a phone gives it; one of fifty of them was taken somewhere else.
insert into content by name
select content as sha256, 'v' as algorithm_version, 700000 as byte_size, file as status,
    if(file = 'ok', null, 'truncated') as reason,
    4032 as width, 3024 as height, 1 as frames, 80 as quality, word[:5] = 'place' as low_information,
    if(word[:1] = 'r', null, '2014-01-01T10:00:00') as exif_captured_at,
    if(has_gps, latitude_of(seen) + (drawn(i, 'north') - 5000) * 2e-8, null) as gps_latitude,
    if(has_gps, longitude_of(seen) + (drawn(i, 'east') - 5000) * 2e-8, null) as gps_longitude
from (
    select *, word[:1] = 'c' and drawn(content, 'gps') < 4000 as has_gps,
        if(drawn(content, 'astray') < 200, (parcel_at(c) + 4000) % getvariable('parcels'), parcel_at(c)) as seen
    from drawn_record
    where file <> 'missing'
    qualify row_number() over (partition by content order by word = 'c' || i desc, i) = 1
);
insert into page by name
select sha256, algorithm_version, 0 as page, width, height, hash(sha256) as phash256_0, hash(sha256, 1) as phash256_1,
    hash(sha256, 2) as phash256_2, hash(sha256, 3) as phash256_3, quality, low_information, true as photograph
from content where status = 'ok';

-- Three pairs in a hundred contents: two wait for a person, one is a copy in other bytes.
insert into match
select least(a, b), greatest(a, b), 20, verdict, '{}'
from (
    select sha256('c' || i) as a, sha256('c' || i - 1) as b, 'undecided' as verdict
    from drawn_record where i > 0 and drawn(i, 'near') < 200
    union all
    select sha256('r' || i), sha256('c' || i - 1), 'same_image'
    from drawn_record where i > 0 and word[:1] = 'r'
)
where a <> b;

insert into identifier
select kind, raw, canonical, status, repairs, [], in_registry
from (
    select distinct 'apn' as kind, apn_raw as raw,
        case when length(apn) <> 10 then null else apn end as canonical,
        case
            when length(apn) <> 10 then 'malformed' when retired.apn is not null then 'stale'
            when ends_with(apn_raw, '.0') then 'repaired' else 'ok'
        end as status,
        if(ends_with(apn_raw, '.0'), ['float'], []) as repairs, length(apn) = 10 and retired.apn is null as in_registry
    from drawn_record
    left join parcel_successor as retired using (apn)
    union all
    select distinct 'permit', permit_number_raw, permit_number_raw, 'ok', [],
        permit_number_raw in (select permit_number from permit)
    from image_record where permit_number_raw is not null
    union all
    select distinct 'pin', pin_raw, pin_raw, 'ok', [], true from image_record where pin_raw is not null
);
insert into batch_damage by name
select department as delivery_id, department, as_of, batch_id, 'apn_raw' as column_name, 'float' as transformation,
    false as is_notation, 500 as rows_given, 10 as rows_affected, 10 as rows_restored, 10 as rows_in_registry,
    0 as rows_by_row, 0 as rows_ambiguous, 0 as rows_lost, [] as examples
from (select distinct department, as_of, batch_id from image_record);
