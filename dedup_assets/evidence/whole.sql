-- Every row of a table that has no date.
select *
from query_table($table)
order by all
