-- The reference files that the records were held against.
select name, sha256
from reference_file
order by name
