-- The parcels that all evidence about a record supports against the one it is filed on, of $department.
create or replace temp table correction_attribution as
select delivery_id, row_no, parcel as apn
from attribution
where department = $department and parcel is not null and parcel is distinct from attribution.apn;
