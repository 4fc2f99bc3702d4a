-- Deliveries of $departments whose facts stand although they are not in force, or not readable, any more.
select delivery_id
from (
    select delivery_id, department from fact_input
    union
    select distinct delivery_id, department from image_fact
)
where
    list_contains($departments, department)
    and delivery_id not in (select delivery_id from delivery where in_force and status = 'read');
