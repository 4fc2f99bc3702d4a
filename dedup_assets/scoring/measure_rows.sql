select department, as_of, dimension, defects, measured, population
from measure
where list_contains($departments::text[], department)
order by department, as_of, dimension
