select department, as_of, severity, deliveries_ahead, expected, low, high, steps
from ledger_forecast
where department = $department
order by severity, deliveries_ahead
