-- Likely causes of the findings of $departments at each department's newest date with findings judged.
select cause, count(*) as findings, count(distinct occurrence_id) filter (where occurrence_id <> '') as occurrences
from finding_cause
where
    rank = 1
    and list_contains($departments, department)
    and (department, as_of) in (select (department, max(as_of)) from cause_input group by department)
group by cause
order by findings desc, cause;
