-- What one source says of the parcels of failing records.
select source, row_no, apn, detail
from parcel_evidence
where
    delivery_id = $delivery_id
    and list_contains($sources::text[], source)
    and row_no in (select row_no from finding_failing)
order by source, row_no;
