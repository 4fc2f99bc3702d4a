-- Parcels on which the same photograph is legitimate. Repeated rows of one permit number count here: such a permit lists
-- several lots.
insert into parcel_group
with recursive land as (
    select apn as root, apn, successor from parcel_lineage
    union
    select land.root, step.apn, step.successor
    from land
    inner join parcel_lineage as step on step.apn = land.successor
),
member as (
    select apn, 'geometry' as group_kind, geometry_group as group_id from parcel where geometry_group is not null
    union
    select apn, 'permit_family', family from read_permit where apn is not null
    union
    select apn, 'pin', pin from parcel_pin where apn is not null
    union
    -- A retired parcel and each that it has become: two at a time, for the parts of a split are not one parcel.
    select unnest([root, successor]), 'lineage', root || '>' || successor from land
)
select apn, group_kind, group_id
from member
qualify count(*) over (partition by group_kind, group_id) > 1;
