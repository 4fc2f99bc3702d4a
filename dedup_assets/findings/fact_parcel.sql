-- The parcels on which each photograph is filed, where there are several. parcels: how many.
create or replace temp table fact_parcel as
with filed as (
    select distinct target_id, content, apn from fact_photograph where apn is not null
)
select target_id, content, apn, count(*) over (partition by target_id, content) as parcels
from filed
qualify parcels > 1;
