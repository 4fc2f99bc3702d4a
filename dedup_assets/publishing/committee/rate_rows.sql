-- What became of all findings ever made until the date of the publication. $departments are the unrestricted ones.
select
    department,
    sum(found)::bigint as found,
    sum(corrected)::bigint as corrected,
    sum(corrected_at_first)::bigint as corrected_at_first,
    sum(repeated)::bigint as repeated
from ledger_rate
where list_contains($departments, department) and as_of = $as_of
group by department
order by department
