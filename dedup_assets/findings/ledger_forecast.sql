-- One row of the backlog that forecast.py expects.
insert into ledger_forecast
values ($department, $as_of, $severity, $deliveries_ahead, $expected, $low, $high, $steps)
