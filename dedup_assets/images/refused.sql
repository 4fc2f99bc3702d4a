-- Contents that ended a worker, and are not decoded again under this algorithm version.
select sha256, reason
from content
where algorithm_version = $algorithm_version and reason in ('crashed', 'time_limit', 'memory_limit')
order by sha256
