-- Does the parcel of record of a permit, or of a PIN, support the parcel on which a record is filed?
-- A supplement belongs to its family, so the parcel of any permit of the family supports; so does a related parcel.
-- Only the permit's own parcel can contradict: where it is not known, nothing can be concluded.
create or replace temp table fact_link as
with claim as (
    select distinct
        'permit' as kind, permit_number as name, permit_family as key, apn, permit_apn is not null as settled
    from fact_own
    where permit_status = 'known' and apn is not null
    union all
    select distinct 'pin', pin, pin, apn, pin in (select pin from parcel_pin where apn is not null)
    from fact_own
    where pin_status = 'known' and apn is not null
),
of_record as (
    select distinct 'permit' as kind, family as key, apn
    from permit
    where apn is not null and family in (select key from claim where kind = 'permit')
    union all
    select distinct 'pin', pin, apn
    from parcel_pin
    where apn is not null and pin in (select key from claim where kind = 'pin')
),
group_of_record as (
    select distinct of_record.kind, of_record.key, parcel_group.group_kind, parcel_group.group_id
    from of_record
    inner join parcel_group on parcel_group.apn = of_record.apn
),
supported as (
    select claim.kind, claim.name, claim.apn
    from claim
    inner join of_record on of_record.kind = claim.kind and of_record.key = claim.key and of_record.apn = claim.apn
    union
    select claim.kind, claim.name, claim.apn
    from claim
    inner join parcel_group on parcel_group.apn = claim.apn
    inner join group_of_record
        on
            group_of_record.kind = claim.kind
            and group_of_record.key = claim.key
            and group_of_record.group_kind = parcel_group.group_kind
            and group_of_record.group_id = parcel_group.group_id
)
select
    claim.kind,
    claim.name,
    claim.apn,
    case
        when supported.name is not null then 'agrees'
        when claim.settled then 'disagrees'
        else 'inconclusive'
    end as agreement
from claim
left join supported on supported.kind = claim.kind and supported.name = claim.name and supported.apn = claim.apn;
