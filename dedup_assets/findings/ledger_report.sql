-- The department's newest row of the balance, a severity each, with what is past its deadline and the number of dates.
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
    count(*) over (partition by severity) as dates
from ledger_balance
join overdue using (department, as_of, severity)
where department = $department
qualify rank() over (order by as_of desc) = 1
order by severity
