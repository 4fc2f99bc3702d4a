-- now_total holds every distance that has a pair.
insert into candidate_count
select now_total.distance, now_total.total, coalesce(stored.kept, 0)
from now_total
left join (select distance, count(*) as kept from match group by distance) as stored using (distance)
