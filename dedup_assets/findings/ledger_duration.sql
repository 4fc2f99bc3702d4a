-- One row of the durations that durations.py estimated.
insert into ledger_duration
values ($department, $as_of, $what, $severity, $findings, $ended, $censored, $unknown, $median_days, $p90_days)
