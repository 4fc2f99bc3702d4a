-- The ledger, one row for each department, date and severity.
select department, as_of, severity, opening, "new", reopened, closed, withdrawn, closing
from ledger_balance
where list_contains($departments, department)
order by department, as_of, severity
