-- Findings about pictures that a source system re-encoded: a content without EXIF that shows the same picture as one
-- with EXIF and no fewer pixels, on the ladder of longer sides that the system's copies have.
insert into cause_candidate by name
with pair as (
    select sha256_a as sha256, sha256_b as other_sha256 from match where verdict in ('exact_pixels', 'same_image')
    union all
    select sha256_b, sha256_a from match where verdict in ('exact_pixels', 'same_image')
),
seen as (
    select sha256, greatest(width, height) as side, width::bigint * height as pixels,
        exif_captured_at is not null or gps_latitude is not null as has_exif
    from content
    where status = 'ok' and sha256 in (select sha256 from pair)
),
copied as (
    select pair.sha256, pair.other_sha256, copy.side
    from pair
    inner join seen as copy on copy.sha256 = pair.sha256
    inner join seen as original on original.sha256 = pair.other_sha256
    where not copy.has_exif and original.has_exif and original.pixels >= copy.pixels
),
-- Both pictures must be held in the delivery.
held as (
    select distinct record.delivery_id, record.source_system, copied.sha256, copied.side
    from copied
    inner join cause_record as record on record.content = copied.sha256
    inner join cause_record as other
        on other.delivery_id = record.delivery_id and other.content = copied.other_sha256
    where record.source_system is not null
),
rung as (
    select delivery_id, source_system, side, count(*) as copies
    from held
    group by delivery_id, source_system, side
    having count(*) > 1
    qualify row_number() over (partition by delivery_id, source_system order by count(*) desc, side) <= $ladder
),
habit as (
    select
        rung.delivery_id,
        rung.source_system,
        sum(rung.copies)::bigint as on_ladder,
        list(rung.side order by rung.side) as sides,
        any_value(whole.copies) as copies
    from rung
    inner join (
        select delivery_id, source_system, count(*) as copies from held group by delivery_id, source_system
    ) as whole
        on whole.delivery_id = rung.delivery_id and whole.source_system = rung.source_system
    group by rung.delivery_id, rung.source_system
    having any_value(whole.copies) >= $min_copies and sum(rung.copies) >= $min_share * any_value(whole.copies)
),
touched as (
    select habit.delivery_id, habit.source_system, held.sha256 from held
    inner join habit using (delivery_id, source_system)
    where list_contains(habit.sides, held.side)
),
explained as (
    select delivery_id, source_system, sha256, true as is_copy from touched
    union
    select touched.delivery_id, touched.source_system, copied.other_sha256, false
    from touched
    inner join copied on copied.sha256 = touched.sha256
)
select distinct
    finding.finding_id,
    finding.department,
    finding.as_of,
    'cms_reencode' as cause,
    habit.source_system as occurrence_id,
    habit.on_ladder as support,
    habit.copies as considered,
    to_json({
        copies_on_ladder: habit.on_ladder,
        copies_without_exif: habit.copies,
        longer_sides: habit.sides,
        source_system: habit.source_system
    }) as detail
from explained
inner join habit using (delivery_id, source_system)
inner join cause_record as record
    on
        record.delivery_id = explained.delivery_id
        and record.content = explained.sha256
        and (not explained.is_copy or record.source_system = explained.source_system)
inner join cause_finding as finding on finding.record_id = record.record_id
where finding.fact in ('redundant_in_department', 'redundant_elsewhere', 'unrelated_parcels', 'near_candidates');
