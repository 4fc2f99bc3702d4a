-- What each record's facts say of its quality, in the words of measure.sql: which records a measure counts as defects is
-- said here once, for the counts and for the rows behind them.
create or replace temp view judged_fact as
select
    *,
    'disagrees' in (permit_agreement, pin_agreement, gps_agreement, name_agreement) or unrelated_parcels > 0 as contradicted,
    'agrees' in (permit_agreement, pin_agreement, gps_agreement, name_agreement) as supported,
    redundant_in_department = 1 or redundant_elsewhere = 1 as redundant,
    (file_status = 'ok' and near_candidates = 0) or file_status = 'not_applicable' as compared,
    permit_agreement in ('disagrees', 'unknown_permit')
    or pin_agreement in ('disagrees', 'unknown_pin')
    or parcel_status = 'unknown'
    or permit_status = 'unknown' as broken,
    'agrees' in (permit_agreement, pin_agreement)
    or parcel_status in ('known', 'stale', 'other_jurisdiction')
    or permit_status = 'known' as linked,
    file_status <> 'not_applicable' as has_file,
    file_status in ('missing', 'unreadable', 'outside_root') as lost
from image_fact
