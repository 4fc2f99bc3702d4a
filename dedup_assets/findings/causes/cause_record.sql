-- Every record of the deliveries of the periods in cause_period, with its facts and what the causes look at.
-- record_id is a number for the pass. Findings are joined by it and not by delivery and row: a planner that may join two
-- large tables by the delivery alone, of which there are few, at times does.
create or replace temp table cause_record as
select
    row_number() over () as record_id,
    record.delivery_id,
    record.department,
    record.as_of,
    record.row_no,
    record.image_id,
    -- What is held: the bytes, or where no bytes are delivered the checksum that the department declares.
    coalesce(fact.sha256, lower(nullif(trim(record.declared_sha256), ''))) as content,
    fact.apn,
    fact.permit_number,
    permit.family as permit_family,
    permit.apn as permit_apn,
    nullif(trim(record.batch_id), '') as batch_id,
    try_cast(trim(record.batch_row_no) as bigint) as batch_row_no,
    lower(nullif(trim(regexp_extract(record.file_name, '[^/\\]*$')), '')) as file_name,
    nullif(trim(record.source_system), '') as source_system,
    regexp_replace(lower(nullif(trim(record.upload_channel), '')), '[\s-]+', '_', 'g') as upload_channel,
    record.captured_at,
    record.uploaded_at,
    record.apn_raw,
    record.pin_raw,
    record.permit_number_raw,
    fact.redundant_in_department,
    fact.unrelated_parcels,
    fact.permit_agreement,
    fact.pin_agreement
from image_record as record
semi join (
    select period.delivery_id
    from period
    inner join cause_period on cause_period.department = period.department and cause_period.as_of = period.as_of
) as wanted on wanted.delivery_id = record.delivery_id
inner join image_fact as fact on fact.delivery_id = record.delivery_id and fact.row_no = record.row_no
left join permit on permit.permit_number = fact.permit_number;
