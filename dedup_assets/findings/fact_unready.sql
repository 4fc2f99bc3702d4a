-- Deliveries with records that an earlier room has not seen: files never looked at, identifiers never resolved.
-- A pool that was given no registry has no identifiers at all; its records count as not checked.
select
    department,
    as_of,
    count(*) filter (where file_status is null) as files,
    count(*) filter (where parcel_status is null or permit_status is null or pin_status is null) as identifiers
from fact_own
group by department, as_of
having files > 0 or (identifiers > 0 and exists (select 1 from identifier))
order by department, as_of;
