-- The steps of lineage that can be used: both APNs and the day are read.
select apn, successor, effective_date, source
from read_lineage
where apn is not null and successor is not null and effective_date is not null
order by apn, successor, effective_date, source;
