-- What will be open after the next delivery if the past goes on. $departments are the unrestricted ones.
select department, expected, low, high
from ledger_forecast
where list_contains($departments, department) and severity = 'all' and deliveries_ahead = 1
order by department
