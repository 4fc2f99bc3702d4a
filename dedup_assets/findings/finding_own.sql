-- The records of one delivery that hold a content of finding_content, under the name and columns that the fact_ steps
-- read: what was computed for the facts of a whole delivery is computed here for the few photographs that fail.
create or replace temp table fact_own as
select
    fact.delivery_id as target_id,
    fact.department,
    fact.row_no,
    fact.image_id,
    fact.sha256,
    content.width::bigint * content.height as pixels,
    fact.apn,
    fact.permit_number,
    family_of(fact.permit_number) as permit_family,
    record.captured_at,
    record.uploaded_at,
    subject_of(record.subject_ref) as subject,
    lower(given(record.photo_role)) as photo_role,
    given(record.replaces_image_id) as replaces_image_id
from image_fact as fact
inner join image_record as record on record.delivery_id = fact.delivery_id and record.row_no = fact.row_no
left join image_file as file on file.delivery_id = fact.delivery_id and file.storage_uri = record.storage_uri
left join content on content.sha256 = fact.sha256 and content.algorithm_version = file.algorithm_version
where fact.delivery_id = $delivery_id and fact.sha256 in (select sha256 from finding_content);
