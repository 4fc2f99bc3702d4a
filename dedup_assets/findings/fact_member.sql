-- The pool as each delivery of $departments found it: itself, and of every other department the newest delivery in
-- force of the same or an earlier date. Columns: target_id (the delivery whose facts are asked for), delivery_id, own.
create or replace temp table fact_member as
with readable as (
    select delivery_id, department, as_of from delivery where in_force and status = 'read'
),
target as (
    select * from readable where list_contains($departments, department)
),
-- The city's warehouse also knows the deliveries of restricted departments, released as aggregates: such a department
-- has no record here, and whether it was released before or after must not change what these facts follow from. One
-- delivery without records does not make way for an older one of its department.
holding as (
    select * from readable where department in (select distinct department from image_record)
)
select
    target.delivery_id as target_id,
    other.department,
    max_by(other.delivery_id, other.as_of) as delivery_id,
    false as own
from target
inner join holding as other on other.department <> target.department and other.as_of <= target.as_of
group by target.delivery_id, other.department
union all
select delivery_id, department, delivery_id, true from target;
