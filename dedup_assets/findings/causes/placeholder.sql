-- Findings about copies of a content that unrelated parcels hold, too many to be a mistake about one of them.
insert into cause_candidate by name
with card as (
    select
        record.department,
        record.delivery_id,
        record.content,
        count(*) as holders,
        count(distinct record.apn) as parcels,
        max(record.unrelated_parcels) as strangers,
        max(regexp_matches(regexp_replace(record.file_name, '[^a-z]', '', 'g'), $names)::integer) = 1 as named_so
    from cause_record as record
    where record.content in (select content from cause_record where unrelated_parcels >= $few and content is not null)
    group by record.department, record.delivery_id, record.content
),
judged as (
    select
        card.*,
        coalesce(bool_or(content.low_information), false) as low_information,
        max(content.byte_size) as byte_size
    from card
    left join content on content.sha256 = card.content
    group by all
),
found as (
    select * from judged where strangers >= if(low_information or named_so, $few, $many)
)
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'placeholder' as cause,
    found.content as occurrence_id,
    found.strangers + 1 as support,
    -- Every holder could have been on the same parcel; holders of other departments are counted through their parcels.
    greatest(found.holders, found.strangers + 1) as considered,
    to_json({
        byte_size: found.byte_size,
        content: found.content,
        holders_in_department: found.holders,
        low_information: found.low_information,
        named_placeholder: found.named_so,
        unrelated_parcels: found.strangers
    }) as detail
from found
inner join cause_record as record on record.delivery_id = found.delivery_id and record.content = found.content
inner join cause_finding as finding on finding.record_id = record.record_id
where finding.fact in ('redundant_in_department', 'redundant_elsewhere', 'unrelated_parcels', 'near_candidates');
