-- Each department's newest row of the balance, a severity each, with what is past its deadline and the number of dates.
select
    department,
    as_of,
    severity,
    opening,
    new,
    reopened,
    closed,
    withdrawn,
    closing,
    overdue,
    count(*) over (partition by department, severity) as dates
from ledger_balance
join overdue using (department, as_of, severity)
where list_contains($departments::text[], department)
qualify rank() over (partition by department order by as_of desc) = 1
order by department, severity
