-- How many records of each department have which attribution, by delivery.
select department, as_of, status, count(*) as records
from attribution
where list_contains($departments, department)
group by department, as_of, status
order by department, as_of, status
