-- How old the open findings of every department are at the date of the publication, and how many are late.
select department, severity, band, findings, overdue
from ledger_age
where list_contains($departments, department) and as_of = $as_of
order by department, from_days, severity
