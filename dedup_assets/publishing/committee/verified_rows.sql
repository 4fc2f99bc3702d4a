-- Corrections that held for one more delivery at the date of the publication. $departments are the unrestricted ones.
select department, sum(verified)::bigint as verified
from ledger_flow
where list_contains($departments, department) and as_of = $as_of
group by department
order by department
