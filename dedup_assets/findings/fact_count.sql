-- How many facts each of $deliveries has.
select delivery_id, count(*) from image_fact where list_contains($deliveries, delivery_id) group by delivery_id;
