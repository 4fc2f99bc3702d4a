-- What one tier shows of whom. A department that is in neither table is in no view.

-- The departments of the publication and, where the tier has it, the city. has_records: whether their records may be
-- read at this tier; hides_texts: whether a sentence about them may quote a value that the tier may not read.
create table tier_views.tier_department (
    department    text not null,
    hides_texts   boolean not null,
    has_records   boolean not null
);

-- The columns of each department's contract that the tier may not read.
create table tier_views.tier_hidden (
    department  text not null,
    column_name text not null
);

-- has_search: whether the tier is about the city as a whole, and so about what was searched among its departments.
create table tier_views.tier_setting (has_search boolean not null);

-- One row a department whose records may be read: which columns of image_record are hidden, one by one. has_texts:
-- no hidden column can be quoted by a sentence or by evidence. uploaded_by is read by no rule and no cause.
create view tier_views.tier_shown as
select
    shown.department,
    count(hidden.column_name) filter (where hidden.column_name <> 'uploaded_by') = 0 as has_texts,
    coalesce(bool_or(hidden.column_name = 'image_id'), false) as image_id,
    coalesce(bool_or(hidden.column_name = 'storage_uri'), false) as storage_uri,
    coalesce(bool_or(hidden.column_name = 'file_name'), false) as file_name,
    coalesce(bool_or(hidden.column_name = 'media_type'), false) as media_type,
    coalesce(bool_or(hidden.column_name = 'byte_size'), false) as byte_size,
    coalesce(bool_or(hidden.column_name = 'declared_sha256'), false) as declared_sha256,
    coalesce(bool_or(hidden.column_name = 'captured_at'), false) as captured_at,
    coalesce(bool_or(hidden.column_name = 'uploaded_at'), false) as uploaded_at,
    coalesce(bool_or(hidden.column_name = 'uploaded_by'), false) as uploaded_by,
    coalesce(bool_or(hidden.column_name = 'upload_channel'), false) as upload_channel,
    coalesce(bool_or(hidden.column_name = 'source_system'), false) as source_system,
    coalesce(bool_or(hidden.column_name = 'source_record_id'), false) as source_record_id,
    coalesce(bool_or(hidden.column_name = 'batch_id'), false) as batch_id,
    coalesce(bool_or(hidden.column_name = 'batch_row_no'), false) as batch_row_no,
    coalesce(bool_or(hidden.column_name = 'permit_number_raw'), false) as permit_number_raw,
    coalesce(bool_or(hidden.column_name = 'apn_raw'), false) as apn_raw,
    coalesce(bool_or(hidden.column_name = 'pin_raw'), false) as pin_raw,
    coalesce(bool_or(hidden.column_name = 'address'), false) as address,
    coalesce(bool_or(hidden.column_name = 'photo_role'), false) as photo_role,
    coalesce(bool_or(hidden.column_name = 'replaces_image_id'), false) as replaces_image_id,
    coalesce(bool_or(hidden.column_name = 'record_status'), false) as record_status,
    coalesce(bool_or(hidden.column_name = 'subject_ref'), false) as subject_ref,
    coalesce(bool_or(hidden.column_name = 'device_serial'), false) as device_serial,
    coalesce(bool_or(hidden.column_name = 'duration_seconds'), false) as duration_seconds,
    coalesce(bool_or(hidden.column_name = 'venue'), false) as venue,
    coalesce(bool_or(hidden.column_name = 'federal_funding'), false) as federal_funding,
    coalesce(bool_or(hidden.column_name = 'dwelling_units'), false) as dwelling_units,
    coalesce(bool_or(hidden.column_name = 'queue_date'), false) as queue_date
from tier_views.tier_department as shown
left join tier_views.tier_hidden as hidden on hidden.department = shown.department
where shown.has_records
group by shown.department;
