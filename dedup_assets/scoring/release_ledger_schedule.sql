select
    department,
    as_of,
    rule_id,
    cause,
    fiscal_year,
    status_200_511,
    found,
    verified,
    held,
    withdrawn,
    still_open,
    repeated
from ledger_schedule
where department = $department
order by rule_id, cause, fiscal_year
