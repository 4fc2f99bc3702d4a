select department, as_of, dimension, defects, measured, population
from city_member
order by as_of, department, dimension
