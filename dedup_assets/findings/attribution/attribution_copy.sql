-- Of each photograph held more than once and each parcel it is filed on (or none), for one of the records there: how many
-- others hold it, how many of them here, how many on a parcel at all; on how many parcels that are strangers to this one.
create or replace temp table attribution_copy as
with held as (
    select
        target_id,
        content,
        count(*) as records,
        count(apn) as placed,
        count(distinct apn) as parcels,
        min(apn) as first_apn,
        max(apn) as last_apn
    from fact_photograph
    group by target_id, content
),
filed as (
    select target_id, content, apn, count(*) as here from fact_photograph group by target_id, content, apn
),
related as (
    select target_id, content, apn, count(*) as parcels from fact_related group by target_id, content, apn
)
select
    filed.target_id,
    filed.content,
    filed.apn,
    held.records - 1 as others,
    filed.here - 1 as here,
    held.placed - if(filed.apn is null, 0, 1) as placed,
    if(filed.apn is null, 0, held.parcels - 1 - coalesce(related.parcels, 0)) as unrelated,
    -- The one parcel of the others, where it is one.
    case
        when filed.apn is null and held.parcels = 1 then held.first_apn
        when filed.apn is not null and held.parcels = 1 then filed.apn
        when filed.apn is not null and held.parcels = 2 and related.parcels is null
            then if(held.first_apn = filed.apn, held.last_apn, held.first_apn)
    end as other_apn
from filed
inner join held on held.target_id = filed.target_id and held.content = filed.content
left join related
    on related.target_id = filed.target_id and related.content = filed.content and related.apn = filed.apn;
