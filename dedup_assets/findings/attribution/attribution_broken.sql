-- Attributions of the targets that contradict themselves, their evidence or the facts; there must be none (house rule 5).
select own.department, own.as_of, own.image_id
from attribution_pattern as pattern
inner join fact_own as own on own.target_id = pattern.target_id and own.row_no = pattern.row_no
left join attribution on attribution.delivery_id = pattern.target_id and attribution.row_no = pattern.row_no
where
    attribution.status is null
    or pattern.is_doubled
    or attribution.apn is distinct from own.apn
    or (attribution.status in ('attributed', 'other_jurisdiction') and attribution.parcel is distinct from own.apn)
    or (attribution.status = 'contradicted' and attribution.parcel = own.apn)
order by own.department, own.as_of, own.row_no
limit 1
