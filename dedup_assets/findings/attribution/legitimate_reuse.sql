-- How many records of each department hold a photograph that is held more than once for good reasons, by delivery.
select department, as_of, count(*) filter (where legitimate_reuse) as legitimate_reuse
from image_fact
where list_contains($departments, department)
group by department, as_of
order by department, as_of
