-- What is forgotten of $deliveries.
delete from parcel_evidence where list_contains($deliveries, delivery_id)
