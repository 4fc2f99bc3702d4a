-- The columns of one table, in order.
select column_name, data_type
from duckdb_columns()
where table_name = $table and not internal
order by column_index
