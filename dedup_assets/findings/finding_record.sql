-- The failing records ($delivery_id, finding_failing): their facts, what their manifest said, why their file failed.
select
    failing.rule_id,
    fact.delivery_id,
    fact.department,
    fact.as_of,
    fact.row_no,
    fact.image_id,
    fact.sha256,
    fact.apn,
    fact.permit_number,
    fact.unrelated_parcels,
    fact.near_candidates,
    fact.other_subjects,
    subject_of(record.subject_ref) as subject,
    fact.missing_values,
    fact.mandatory_values,
    fact.invalid_values,
    fact.typed_values,
    fact.duplicate_metadata,
    record.apn_raw,
    record.pin_raw,
    record.permit_number_raw,
    record.storage_uri,
    record.declared_sha256,
    record.source_system,
    record.batch_id,
    coalesce(file.reason, content.reason) as file_reason
from finding_failing as failing
inner join image_fact as fact on fact.delivery_id = $delivery_id and fact.row_no = failing.row_no
inner join image_record as record on record.delivery_id = $delivery_id and record.row_no = failing.row_no
left join image_file as file on file.delivery_id = $delivery_id and file.storage_uri = record.storage_uri
left join content on content.sha256 = file.sha256 and content.algorithm_version = file.algorithm_version
order by failing.rule_id, failing.row_no;
