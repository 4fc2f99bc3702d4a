-- The evidence about one record.
select source, stance, apn, detail from parcel_evidence where delivery_id = $delivery_id and row_no = $row_no
