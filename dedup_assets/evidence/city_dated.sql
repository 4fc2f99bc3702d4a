-- The rows of a table about the city as a whole, up to the period's date.
select *
from query_table($table)
where as_of <= $as_of
order by all
