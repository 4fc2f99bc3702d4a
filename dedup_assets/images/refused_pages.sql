-- Readable contents with a later page that ended a worker: only their first is decoded again under this algorithm version.
select distinct sha256, reason
from unread_page
where algorithm_version = $algorithm_version and reason in ('crashed', 'time_limit', 'memory_limit')
order by sha256, reason
