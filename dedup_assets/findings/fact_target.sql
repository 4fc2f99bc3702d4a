-- The deliveries of one pass ($deliveries) with their departments' traits.
create or replace temp table fact_target as
select delivery.delivery_id, fact_trait.*
from delivery
inner join fact_trait on fact_trait.department = delivery.department
where list_contains($deliveries, delivery.delivery_id);
