select
    department,
    as_of,
    rule_id,
    cause,
    severity,
    opening,
    new,
    reopened,
    closed,
    withdrawn,
    closing,
    verified,
    overdue
from ledger_flow
where department = $department
order by as_of, rule_id, cause, severity
