-- Findings about copies that came in through a source system of new_source: the copy itself, and every record of the
-- same content that is a finding because the copy stands on a stranger's parcel.
insert into cause_candidate by name
with copied as (
    select record.delivery_id, record.record_id, record.content, record.source_system
    from cause_record as record
    inner join new_source using (delivery_id, source_system)
    where record.redundant_in_department = 1
),
explained as (
    select delivery_id, record_id, source_system, true as is_copy from copied
    union
    select record.delivery_id, record.record_id, copied.source_system, false
    from copied
    inner join cause_record as record on record.delivery_id = copied.delivery_id and record.content = copied.content
    where record.unrelated_parcels > 0
)
select distinct
    finding.finding_id,
    finding.department,
    finding.as_of,
    'legacy_source' as cause,
    new_source.source_system as occurrence_id,
    new_source.copies as support,
    new_source.records as considered,
    to_json({
        chance: new_source.chance,
        copies: new_source.copies,
        other_copies: new_source.other_copies,
        other_records: new_source.other_records,
        rate_interval_95: [new_source.low, new_source.high],
        records: new_source.records,
        source_system: new_source.source_system
    }) as detail
from explained
inner join new_source using (delivery_id, source_system)
inner join cause_finding as finding on finding.record_id = explained.record_id
where
    (
        explained.is_copy
        and finding.fact in ('redundant_in_department', 'unrelated_parcels', 'gps_agreement', 'name_agreement')
    )
    or (not explained.is_copy and finding.fact = 'unrelated_parcels');
