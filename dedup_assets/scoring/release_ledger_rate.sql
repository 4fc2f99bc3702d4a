select department, as_of, severity, found, corrected, corrected_at_first, repeated
from ledger_rate
where department = $department
order by as_of, severity
