-- How usable the APNs of the permits of record are.
select apn_status, count(*)::bigint as permits
from permit
group by apn_status
order by apn_status;
