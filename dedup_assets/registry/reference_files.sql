-- The files that the registry in force was made from, by name.
select name, layout, rows_in, rows_accepted, rows_rejected
from reference_file
order by name;
