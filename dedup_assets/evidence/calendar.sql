-- The dates of the city's calendar.
select distinct as_of
from period
order by as_of
