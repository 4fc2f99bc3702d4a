-- One row per record of the targets, from the temporary fact_ tables; see schema/image_fact.sql for the columns.
insert into image_fact by name
with copies as (
    select
        target_id,
        content,
        count(*) filter (where own and sha256 = content) as in_department,
        count(*) filter (where not own and sha256 = content) as elsewhere,
        count(distinct subject) filter (where own) as subjects
    from fact_photograph
    group by target_id, content
),
reuse as (
    select target_id, content, max(greatest(redundant_in_department, redundant_elsewhere)) = 0 as legitimate
    from (
        -- Every own record of the photograph counts, also those that hold another duplicate of it.
        select photograph.target_id, photograph.content, redundant.redundant_in_department,
            redundant.redundant_elsewhere
        from fact_photograph as photograph
        inner join fact_redundant as redundant
            on redundant.target_id = photograph.target_id and redundant.row_no = photograph.row_no
        where photograph.own
    )
    group by target_id, content
),
related as (
    select target_id, content, apn, count(*) as parcels from fact_related group by target_id, content, apn
),
reported as (
    select own.target_id, own.row_no, count(*) as reports
    from fact_own as own
    inner join report_scope as report
        on report.sha256 = own.sha256 and report.filed_apn = own.apn and report.department = own.department
    where report.from_as_of is null or own.as_of >= report.from_as_of
    group by own.target_id, own.row_no
),
holding as (
    select target_id, sha256, count(*) as holders from fact_holder group by target_id, sha256
),
near as (
    select look.target_id, look.sha256, count(*) as contents
    from fact_look as look
    inner join holding on holding.target_id = look.target_id and holding.sha256 = look.other_sha256
    where look.kind = 'near'
    group by look.target_id, look.sha256
),
near_in_pair as (
    -- A before-and-after pair looks alike because it should, unless somebody else holds the other picture too.
    select pair.target_id, pair.row_no, count(distinct pair.other_sha256) as contents
    from fact_pair as pair
    inner join fact_look as look
        on
            look.target_id = pair.target_id
            and look.sha256 = pair.sha256
            and look.other_sha256 = pair.other_sha256
            and look.kind = 'near'
    inner join holding on holding.target_id = pair.target_id and holding.sha256 = pair.other_sha256
    where holding.holders = 1
    group by pair.target_id, pair.row_no
)
select
    own.target_id as delivery_id,
    own.department,
    own.as_of,
    own.row_no,
    own.image_id,
    own.sha256,
    own.apn,
    own.permit_number,
    own.file_status,
    own.checksum_status,
    coalesce(copies.in_department, 1) as copies_in_department,
    coalesce(copies.elsewhere, 0) as copies_elsewhere,
    coalesce(redundant.redundant_in_department, 0) as redundant_in_department,
    coalesce(redundant.redundant_elsewhere, 0) as redundant_elsewhere,
    coalesce(reuse.legitimate and copies.subjects <= 1, false) as legitimate_reuse,
    coalesce(filed.parcels - 1 - coalesce(related.parcels, 0), 0) as unrelated_parcels,
    if(own.subject is null or own.sha256 is null, null, coalesce(copies.subjects - 1, 0)) as other_subjects,
    coalesce(near.contents, 0) - coalesce(near_in_pair.contents, 0) as near_candidates,
    coalesce(own.parcel_status, 'not_checked') as parcel_status,
    coalesce(own.permit_status, 'not_checked') as permit_status,
    (coalesce(own.parcel_status, '') not in ('missing', 'not_applicable'))::integer
    + (coalesce(own.permit_status, '') not in ('missing', 'not_applicable'))::integer
    + (coalesce(own.pin_status, '') not in ('missing', 'not_applicable'))::integer as identifiers,
    (coalesce(own.parcel_status, '') in ('malformed', 'ambiguous'))::integer
    + (coalesce(own.permit_status, '') in ('malformed', 'ambiguous'))::integer
    + (coalesce(own.pin_status, '') in ('malformed', 'ambiguous'))::integer as malformed_identifiers,
    case
        when own.permit_status = 'not_applicable' or own.parcel_status = 'not_applicable' then 'not_applicable'
        when own.permit_status = 'unknown' then 'unknown_permit'
        else coalesce(permit_link.agreement, 'inconclusive')
    end as permit_agreement,
    case
        when own.pin_status = 'not_applicable' or own.parcel_status = 'not_applicable' then 'not_applicable'
        when own.pin_status = 'unknown' then 'unknown_pin'
        else coalesce(pin_link.agreement, 'inconclusive')
    end as pin_agreement,
    case
        when not target.maps_apn then 'not_applicable'
        -- A copy's position is evidence; a rule judges the picture's own.
        when place.stance is null or place.from_copy then 'no_gps'
        when place.stance = 'supports' then 'agrees'
        when place.stance = 'contradicts' then 'disagrees'
        else 'inconclusive'
    end as gps_agreement,
    own.missing_values,
    own.mandatory_values,
    own.invalid_values,
    own.typed_values,
    own.untraceable,
    coalesce(metadata.others, 0) as duplicate_metadata,
    coalesce(reported.reports, 0) as mismatch_reports,
    case
        when not target.maps_apn then 'not_applicable'
        when named.stance is null then 'no_name'
        when named.stance = 'supports' then 'agrees'
        when named.stance = 'contradicts' then 'disagrees'
        else 'inconclusive'
    end as name_agreement
from fact_own as own
inner join fact_target as target on target.delivery_id = own.target_id
left join attribution_gps as place on place.target_id = own.target_id and place.row_no = own.row_no
left join copies on copies.target_id = own.target_id and copies.content = own.sha256
left join fact_redundant as redundant on redundant.target_id = own.target_id and redundant.row_no = own.row_no
left join reuse on reuse.target_id = own.target_id and reuse.content = own.sha256
left join fact_parcel as filed
    on filed.target_id = own.target_id and filed.content = own.sha256 and filed.apn = own.apn
left join related on related.target_id = own.target_id and related.content = own.sha256 and related.apn = own.apn
left join near on near.target_id = own.target_id and near.sha256 = own.sha256
left join near_in_pair on near_in_pair.target_id = own.target_id and near_in_pair.row_no = own.row_no
left join fact_link as permit_link
    on permit_link.kind = 'permit' and permit_link.name = own.permit_number and permit_link.apn = own.apn
left join fact_link as pin_link on pin_link.kind = 'pin' and pin_link.name = own.pin and pin_link.apn = own.apn
left join fact_metadata as metadata on metadata.target_id = own.target_id and metadata.row_no = own.row_no
left join reported on reported.target_id = own.target_id and reported.row_no = own.row_no
left join attribution_name_said as named on named.target_id = own.target_id and named.row_no = own.row_no;
