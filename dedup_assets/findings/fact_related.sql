-- Pairs of parcels on which one photograph is filed and that share a group: shape, permit family, PIN.
-- Joined through the groups, so its size follows the groups' sizes and not the square of the photograph's parcels:
-- a placeholder hangs on every parcel of the city.
create or replace temp table fact_related as
with grouped as (
    select fact_parcel.target_id, fact_parcel.content, fact_parcel.apn, parcel_group.group_kind, parcel_group.group_id
    from fact_parcel
    inner join parcel_group on parcel_group.apn = fact_parcel.apn
)
select distinct a.target_id, a.content, a.apn, b.apn as other_apn
from grouped as a
inner join grouped as b
    on
        b.target_id = a.target_id
        and b.content = a.content
        and b.group_kind = a.group_kind
        and b.group_id = a.group_id
        and b.apn <> a.apn;
