-- Of each delivery and source system: copies that no more specific cause explains, and records that hold a content.
with explained as (
    select distinct finding.record_id
    from cause_candidate
    inner join cause_finding as finding
        on finding.finding_id = cause_candidate.finding_id and finding.as_of = cause_candidate.as_of
    where finding.fact in ('redundant_in_department', 'redundant_elsewhere', 'unrelated_parcels')
)
select
    record.delivery_id,
    record.source_system,
    count(*) filter (where record.redundant_in_department = 1) as copies,
    count(*) as records
from cause_record as record
anti join explained on explained.record_id = record.record_id
where record.source_system is not null and record.content is not null
group by record.delivery_id, record.source_system
order by record.delivery_id, record.source_system;
