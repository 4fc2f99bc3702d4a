-- What each department handed in at each date of the city's calendar, with the row counts of its manifest.
select
    period.department,
    period.as_of,
    period.status,
    period.reason,
    delivery.rows_in,
    delivery.rows_accepted,
    delivery.rows_rejected
from period
left join delivery on delivery.delivery_id = period.delivery_id
where list_contains($departments, period.department)
order by period.department, period.as_of
