-- Days to detect and to correct, severities together, at each department's newest date.
select department, what, findings, ended, median_days, p90_days
from ledger_duration
where list_contains($departments, department) and severity = 'all'
order by department, what
