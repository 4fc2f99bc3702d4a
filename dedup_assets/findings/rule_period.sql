-- The dates of the calendar on which a department owes a delivery, with what its facts were computed from.
select
    period.department,
    period.as_of,
    period.status,
    period.reason,
    period.delivery_id,
    delivery_fact.delivery_status,
    delivery_fact.rows_in,
    delivery_fact.rows_rejected,
    fact_input.digest
from period
left join delivery_fact on delivery_fact.department = period.department and delivery_fact.as_of = period.as_of
left join fact_input on fact_input.delivery_id = period.delivery_id
where period.department = $department and period.status <> 'not_due'
order by period.as_of;
