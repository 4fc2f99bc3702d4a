-- The schedule of prior findings (2 CFR 200.511(b)). $departments are the unrestricted ones.
select
    department,
    rule_id,
    coalesce(cause, 'undetermined') as cause,
    fiscal_year,
    status_200_511 as word,
    found,
    verified,
    held,
    withdrawn,
    still_open,
    repeated
from ledger_schedule
where list_contains($departments, department)
order by department, fiscal_year, rule_id, cause
