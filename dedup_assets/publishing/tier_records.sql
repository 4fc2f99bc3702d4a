-- The records that a tier may read, from the tables of one pool (the catalogue `warehouse`). A department whose contract
-- hides the image's own id has no record here: there would be nothing to call it. What follows from a hidden column is
-- hidden with it. Findings, evidence and causes can quote any column that rules read, so they are whole or not at all.

create view tier_views.image_record as
select
    record.delivery_id,
    record.department,
    record.as_of,
    record.row_no,
    record.image_id,
    case when not hidden.storage_uri then record.storage_uri end as storage_uri,
    case when not hidden.file_name then record.file_name end as file_name,
    case when not hidden.media_type then record.media_type end as media_type,
    case when not hidden.byte_size then record.byte_size end as byte_size,
    case when not hidden.declared_sha256 then record.declared_sha256 end as declared_sha256,
    case when not hidden.captured_at then record.captured_at end as captured_at,
    case when not hidden.uploaded_at then record.uploaded_at end as uploaded_at,
    case when not hidden.uploaded_by then record.uploaded_by end as uploaded_by,
    case when not hidden.upload_channel then record.upload_channel end as upload_channel,
    case when not hidden.source_system then record.source_system end as source_system,
    case when not hidden.source_record_id then record.source_record_id end as source_record_id,
    case when not hidden.batch_id then record.batch_id end as batch_id,
    case when not hidden.batch_row_no then record.batch_row_no end as batch_row_no,
    case when not hidden.permit_number_raw then record.permit_number_raw end as permit_number_raw,
    case when not hidden.apn_raw then record.apn_raw end as apn_raw,
    case when not hidden.pin_raw then record.pin_raw end as pin_raw,
    case when not hidden.address then record.address end as address,
    case when not hidden.photo_role then record.photo_role end as photo_role,
    case when not hidden.replaces_image_id then record.replaces_image_id end as replaces_image_id,
    case when not hidden.record_status then record.record_status end as record_status,
    case when not hidden.subject_ref then record.subject_ref end as subject_ref,
    case when not hidden.device_serial then record.device_serial end as device_serial,
    case when not hidden.duration_seconds then record.duration_seconds end as duration_seconds,
    case when not hidden.venue then record.venue end as venue,
    case when not hidden.federal_funding then record.federal_funding end as federal_funding,
    case when not hidden.dwelling_units then record.dwelling_units end as dwelling_units,
    case when not hidden.queue_date then record.queue_date end as queue_date,
    record.missing_values,
    record.mandatory_values,
    record.typed_values,
    record.invalid_values
from warehouse.image_record as record
inner join tier_views.tier_shown as hidden on hidden.department = record.department
where not hidden.image_id;

create view tier_views.image_file as
select
    file.delivery_id,
    file.department,
    file.storage_uri,
    file.status,
    file.reason,
    case when not hidden.declared_sha256 then file.sha256 end as sha256,
    case when not hidden.byte_size then file.byte_size end as byte_size,
    case when not hidden.declared_sha256 then file.change_token end as change_token,
    file.algorithm_version
from warehouse.image_file as file
inner join tier_views.tier_shown as hidden on hidden.department = file.department
where not hidden.image_id and not hidden.storage_uri;

create view tier_views.image_fact as
select fact.* replace (
    case when not hidden.declared_sha256 then fact.sha256 end as sha256,
    case when not hidden.apn_raw then fact.apn end as apn,
    case when not hidden.permit_number_raw then fact.permit_number end as permit_number
)
from warehouse.image_fact as fact
inner join tier_views.tier_shown as hidden on hidden.department = fact.department
where not hidden.image_id;

create view tier_views.finding as
select found.*
from warehouse.finding as found
inner join tier_views.tier_shown as hidden on hidden.department = found.department
where not hidden.image_id and hidden.has_texts;

create view tier_views.finding_status as
select status.*
from warehouse.finding_status as status
inner join tier_views.tier_shown as hidden on hidden.department = status.department
where not hidden.image_id;

create view tier_views.ledger_event as
select event.*
from warehouse.ledger_event as event
inner join tier_views.tier_shown as hidden on hidden.department = event.department
where not hidden.image_id;

create view tier_views.finding_cause as
select cause.*
from warehouse.finding_cause as cause
inner join tier_views.tier_shown as hidden on hidden.department = cause.department
where not hidden.image_id and hidden.has_texts;

create view tier_views.finding_impact as
select impact.*
from warehouse.finding_impact as impact
inner join tier_views.tier_shown as hidden on hidden.department = impact.department
where not hidden.image_id and hidden.has_texts;
