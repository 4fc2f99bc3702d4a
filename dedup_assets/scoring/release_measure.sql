select department, as_of, dimension, defects, measured, population
from measure
where department = $department
order by as_of, dimension
