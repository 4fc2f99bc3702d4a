-- The attribution of one record.
select apn, status, parcel, decided_by, sources, rule_version
from attribution
where delivery_id = $delivery_id and row_no = $row_no
