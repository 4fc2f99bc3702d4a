-- Without a parcel file, the parcels that permits and PIN relations name. Each value is that of the newest permit which
-- states it (latest issue date, then the highest permit number); a PIN relation's point only where no permit has one.
insert into parcel by name
with seen as (
    select
        apn, 0 as rank, issue_date, permit_number as reference, row_no, source,
        address, zip_code, zone, council_district, community_plan_area, point
    from read_permit
    where apn is not null
    union all
    select apn, 1, null, pin, row_no, source, null, null, null, null, null, point
    from read_pin
    where apn is not null
),
ordered as (
    select
        *,
        row_number() over (
            partition by apn order by rank, issue_date desc nulls last, reference desc, source, row_no
        ) as age
    from seen
),
newest as (
    select
        apn,
        min_by(address, age) filter (where address is not null) as address,
        min_by(zip_code, age) filter (where zip_code is not null) as zip_code,
        min_by(zone, age) filter (where zone is not null) as zone,
        min_by(council_district, age) filter (where council_district is not null) as council_district,
        min_by(community_plan_area, age) filter (where community_plan_area is not null) as community_plan_area,
        min_by(point, age) filter (where point is not null) as point,
        min_by(source, age) as source
    from ordered
    group by apn
)
select
    apn, address, zip_code, zone, council_district, community_plan_area, point.latitude as latitude,
    point.longitude as longitude, source
from newest;
