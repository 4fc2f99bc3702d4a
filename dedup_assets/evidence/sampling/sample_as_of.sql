-- The newest date about which the departments' tables speak.
select max(as_of)
from period
where list_contains($departments::text[], department)
