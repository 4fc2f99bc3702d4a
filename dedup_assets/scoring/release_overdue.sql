select department, as_of, severity, overdue
from overdue
where department = $department
order by as_of, severity
