-- The records of every target, with what their file, their identifiers and the registry say of each.
create or replace temp table fact_own as
select
    record.delivery_id as target_id,
    record.department,
    record.as_of,
    record.row_no,
    record.image_id,
    file.sha256,
    content.width::bigint * content.height as pixels,
    content.gps_latitude,
    content.gps_longitude,
    content.gps_error_m,
    apn.canonical as apn,
    permit.canonical as permit_number,
    coalesce(of_record.family, family_of(permit.canonical)) as permit_family,
    of_record.apn as permit_apn,
    pin.canonical as pin,
    case
        when not target.has_images then 'not_applicable'
        when given(record.storage_uri) is null then 'missing'
        when file.status = 'missing' and file.reason = 'outside_root' then 'outside_root'
        else file.status
    end as file_status,
    case
        when given(record.declared_sha256) is null then 'not_declared'
        when file.sha256 is null then 'not_computed'
        when lower(trim(record.declared_sha256)) = lower(file.sha256) then 'agrees'
        else 'differs'
    end as checksum_status,
    -- An APN was current until the day on which it was retired.
    standing(
        target.maps_apn,
        record.apn_raw,
        if(apn.status = 'stale' and record.as_of < retired.stale_from, 'ok', apn.status),
        apn.in_registry
    ) as parcel_status,
    standing(target.maps_permit, record.permit_number_raw, permit.status, permit.in_registry) as permit_status,
    standing(target.maps_pin, record.pin_raw, pin.status, pin.in_registry) as pin_status,
    record.captured_at,
    record.uploaded_at,
    if(target.maps_subject, subject_of(record.subject_ref), null) as subject,
    lower(given(record.photo_role)) as photo_role,
    given(record.replaces_image_id) as replaces_image_id,
    (
        given(record.declared_sha256) is null or given(record.source_system) is null or given(record.batch_id) is null
    )::integer as untraceable,
    record.missing_values,
    record.mandatory_values,
    record.invalid_values,
    record.typed_values
from image_record as record
inner join fact_target as target on target.delivery_id = record.delivery_id
left join image_file as file on file.delivery_id = record.delivery_id and file.storage_uri = record.storage_uri
left join content on content.sha256 = file.sha256 and content.algorithm_version = file.algorithm_version
left join identifier as apn on apn.kind = 'apn' and apn.raw = record.apn_raw
left join (select apn, min(stale_from) as stale_from from parcel_successor group by apn) as retired
    on retired.apn = apn.canonical
left join identifier as permit on permit.kind = 'permit' and permit.raw = record.permit_number_raw
left join identifier as pin on pin.kind = 'pin' and pin.raw = record.pin_raw
left join permit as of_record on of_record.permit_number = permit.canonical;
