-- Every record of a target's pool that holds a content in its fact_look. What decides which copy is the authoritative
-- one is null elsewhere, and so is the booking: it is asked within a department.
create or replace temp table fact_holder as
with wanted as (
    select distinct target_id, other_sha256 as sha256 from fact_look
),
elsewhere as (
    select fact_member.target_id, file.delivery_id, file.storage_uri, file.sha256
    from fact_member
    inner join image_file as file on file.delivery_id = fact_member.delivery_id
    inner join wanted on wanted.target_id = fact_member.target_id and wanted.sha256 = file.sha256
    where not fact_member.own
)
select
    elsewhere.target_id,
    elsewhere.sha256,
    record.department,
    record.row_no,
    record.image_id,
    apn.canonical as apn,
    permit.canonical as permit_number,
    coalesce(of_record.family, family_of(permit.canonical)) as permit_family,
    null::text as subject,
    false as own,
    null as contradicted,
    null as captured_at,
    null as pixels,
    null as uploaded_at
from elsewhere
inner join image_record as record
    on record.delivery_id = elsewhere.delivery_id and record.storage_uri = elsewhere.storage_uri
left join identifier as apn on apn.kind = 'apn' and apn.raw = record.apn_raw
left join identifier as permit on permit.kind = 'permit' and permit.raw = record.permit_number_raw
left join permit as of_record on of_record.permit_number = permit.canonical
union all
select
    own.target_id,
    own.sha256,
    own.department,
    own.row_no,
    own.image_id,
    own.apn,
    own.permit_number,
    own.permit_family,
    own.subject,
    true,
    contradicted.row_no is not null,
    own.captured_at,
    own.pixels,
    own.uploaded_at
from fact_own as own
inner join wanted on wanted.target_id = own.target_id and wanted.sha256 = own.sha256
left join fact_contradicted as contradicted
    on contradicted.target_id = own.target_id and contradicted.row_no = own.row_no;
