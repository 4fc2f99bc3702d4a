-- What is forgotten of $deliveries.
delete from attribution where list_contains($deliveries, delivery_id)
