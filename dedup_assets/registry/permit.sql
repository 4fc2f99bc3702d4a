-- One row a permit number: the one with the latest status date, then the latest issue date, then the first of the file.
insert into permit
select
    permit_number, family, is_supplement, apn, apn_raw, apn_status, status, permit_type, permit_sub_type,
    issue_date, status_date, address, zip_code, council_district, dwelling_units, valuation,
    point.latitude, point.longitude, source, row_no
from read_permit
qualify row_number() over (
    partition by permit_number order by status_date desc nulls last, issue_date desc nulls last, source, row_no
) = 1;
