-- Of ledger_gap, what the delivery holds of the finding's record, and whether the rule could judge it. The cases repeat
-- the nulls of rule_image_fact.sql, and a test holds the two together.
create or replace temp table ledger_shown as
select
    g.*,
    r.sha256,
    r.delivery_id is not null as present,
    case g.fact
        when 'redundant_in_department' then r.sha256 is not null
        when 'redundant_elsewhere' then r.sha256 is not null
        when 'other_subjects' then r.other_subjects is not null
        when 'near_candidates' then r.file_status = 'ok'
        when 'unrelated_parcels' then r.sha256 is not null and r.apn is not null
        when 'parcel_status' then r.parcel_status in ('known', 'unknown', 'stale', 'other_jurisdiction')
        when 'permit_status' then r.permit_status in ('known', 'unknown')
        when 'permit_agreement' then r.permit_agreement in ('agrees', 'disagrees')
        when 'pin_agreement' then r.pin_agreement in ('agrees', 'disagrees')
        when 'gps_agreement' then r.gps_agreement in ('agrees', 'disagrees')
        when 'name_agreement' then r.name_agreement in ('agrees', 'disagrees')
        when 'parcel_lineage' then r.parcel_status in ('known', 'stale')
        when 'mismatch_reports' then r.sha256 is not null and r.apn is not null
        when 'malformed_identifiers' then r.identifiers > 0
        when 'missing_values' then r.mandatory_values > 0
        when 'invalid_values' then r.typed_values > 0
        when 'file_content' then r.file_status in ('ok', 'unreadable')
        when 'file_presence' then r.file_status in ('ok', 'unreadable', 'missing')
        when 'file_location' then r.file_status <> 'not_applicable'
        when 'checksum_status' then r.checksum_status in ('agrees', 'differs')
        when 'untraceable' then r.untraceable is not null
        when 'duplicate_metadata' then r.file_status = 'not_applicable'
        else false
    end as judged
from ledger_gap g
left join image_fact r on r.delivery_id = g.delivery_id and r.image_id = g.subject
where g.fact is null or g.fact not in ('delivery_status', 'manifest_status', 'rows_rejected')
