-- The manifests that everything follows from, each with the digest of its bytes.
select department, as_of, version, status, in_force, sha256
from delivery
where list_contains($departments, department)
order by department, as_of desc, version desc
