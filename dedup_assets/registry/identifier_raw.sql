-- Distinct raw values of one kind that no meaning is known of yet.
with value as (
    select distinct
        case $kind when 'apn' then apn_raw when 'pin' then pin_raw when 'permit' then permit_number_raw end as raw
    from image_record
)
select raw
from value
anti join (select raw from identifier where kind = $kind) as done using (raw)
where raw is not null and trim(raw) != ''
order by raw;
