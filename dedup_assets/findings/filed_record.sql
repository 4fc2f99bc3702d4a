-- Records of the newest delivery in force of each department that hold the contents in $sha256s, and how each one's
-- parcel stands to the parcel that is asked about ($apn): same, related (parcel_group: one shape, permit family, PIN or
-- lineage), other; unknown where the record's own parcel could not be resolved.
with newest as (
    select department, max(as_of) as as_of from delivery where in_force and status = 'read' group by department
),
kin as (
    select b.apn
    from parcel_group as a
    join parcel_group as b on b.group_kind = a.group_kind and b.group_id = a.group_id
    where a.apn = $apn
)
select
    fact.department, fact.image_id, fact.sha256, fact.apn,
    case
        when fact.apn is null then 'unknown'
        when fact.apn = $apn then 'same'
        when fact.apn in (select apn from kin) then 'related'
        else 'other'
    end as standing
from image_fact as fact
join newest on newest.department = fact.department and newest.as_of = fact.as_of
where fact.sha256 in (select unnest($sha256s::text[]))
order by fact.department, fact.image_id, fact.row_no
