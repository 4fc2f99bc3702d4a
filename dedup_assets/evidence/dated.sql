-- The rows of a table that has a department and a date, up to the period's date. Ordered by all columns, so that equal
-- tables give equal files whatever order they are stored in.
select *
from query_table($table)
where list_contains($departments::text[], department) and as_of <= $as_of
order by all
