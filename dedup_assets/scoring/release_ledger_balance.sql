select department, as_of, severity, opening, new, reopened, closed, withdrawn, closing
from ledger_balance
where department = $department
order by as_of, severity
