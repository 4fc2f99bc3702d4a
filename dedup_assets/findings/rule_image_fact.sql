-- What the suite image_fact judges of $department at $dates: one row per record, by date and row, one column per rule.
-- Null means that the rule does not judge this record; Great Expectations counts it as missing, never as passed.
-- Words are enums: pandas then holds small codes.
with accompanied as (
    -- Deliveries at whose date another department of the pool had delivered.
    select distinct target_id as delivery_id from fact_member where not own
)
select
    as_of,
    row_no,
    case when sha256 is not null then redundant_in_department end as redundant_in_department,
    case when sha256 is not null and accompanied.delivery_id is not null then redundant_elsewhere end as redundant_elsewhere,
    other_subjects,
    case when file_status = 'ok' then near_candidates end as near_candidates,
    case when sha256 is not null and apn is not null then unrelated_parcels end as unrelated_parcels,
    case
        when parcel_status in ('known', 'unknown') then parcel_status
        -- A parcel of record all the same: retired, or another jurisdiction's.
        when parcel_status in ('stale', 'other_jurisdiction') then 'known'
    end::enum('known', 'unknown') as parcel_status,
    case when permit_status in ('known', 'unknown') then permit_status end::enum('known', 'unknown') as permit_status,
    case
        when permit_agreement in ('agrees', 'disagrees') then permit_agreement
    end::enum('agrees', 'disagrees') as permit_agreement,
    case
        when pin_agreement in ('agrees', 'disagrees') then pin_agreement
    end::enum('agrees', 'disagrees') as pin_agreement,
    case
        when gps_agreement in ('agrees', 'disagrees') then gps_agreement
    end::enum('agrees', 'disagrees') as gps_agreement,
    case
        when name_agreement in ('agrees', 'disagrees') then name_agreement
    end::enum('agrees', 'disagrees') as name_agreement,
    case
        when parcel_status = 'known' then 'current'
        when parcel_status = 'stale' then 'stale'
    end::enum('current', 'stale') as parcel_lineage,
    case when sha256 is not null and apn is not null then mismatch_reports end as mismatch_reports,
    case when identifiers > 0 then malformed_identifiers end as malformed_identifiers,
    case when mandatory_values > 0 then missing_values end as missing_values,
    case when typed_values > 0 then invalid_values end as invalid_values,
    case when file_status in ('ok', 'unreadable') then file_status end::enum('ok', 'unreadable') as file_content,
    case
        when file_status in ('ok', 'unreadable') then 'present'
        when file_status = 'missing' then 'missing'
    end::enum('present', 'missing') as file_presence,
    case
        when file_status = 'outside_root' then 'outside_root'
        when file_status <> 'not_applicable' then 'inside_root'
    end::enum('inside_root', 'outside_root') as file_location,
    case
        when checksum_status in ('agrees', 'differs') then checksum_status
    end::enum('agrees', 'differs') as checksum_status,
    untraceable,
    case when file_status = 'not_applicable' then duplicate_metadata end as duplicate_metadata
from image_fact
left join accompanied on accompanied.delivery_id = image_fact.delivery_id
where department = $department and list_contains($dates, as_of)
order by as_of, row_no;
