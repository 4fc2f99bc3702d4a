-- One row per department of $departments and date of the city's calendar.
insert into delivery_fact by name
select
    period.department,
    period.as_of,
    period.delivery_id,
    period.status as delivery_status,
    coalesce(delivery.rows_in, 0) as rows_in,
    coalesce(delivery.rows_rejected, 0) as rows_rejected
from period
left join delivery on delivery.delivery_id = period.delivery_id
where list_contains($departments, period.department);
