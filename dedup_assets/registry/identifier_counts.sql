-- Identifiers by kind and status.
select kind, status, count(*)::bigint as rows
from identifier
group by kind, status
order by kind, status;
