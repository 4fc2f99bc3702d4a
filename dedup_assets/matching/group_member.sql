-- Members of the groups in grouped (group_no, place), in order.
select grouped.group_no, searchable.sha256
from grouped join searchable using (place)
order by grouped.group_no, searchable.sha256
