select department, as_of, severity, band, from_days, findings, overdue
from ledger_age
where department = $department
order by as_of, severity, from_days
