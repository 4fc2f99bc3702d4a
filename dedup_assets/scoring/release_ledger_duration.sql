select department, as_of, what, severity, findings, ended, censored, unknown, median_days, p90_days
from ledger_duration
where department = $department
order by what, severity
