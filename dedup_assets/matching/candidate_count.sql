-- What there was before and the pairs in gained, by distance; then the stored ones counted anew.
create or replace temp table total_now as
select distance, sum(total)::bigint as total
from (from candidate_count select distance, total union all from gained select distance, total)
group by distance;

delete from candidate_count;

insert into candidate_count
select total_now.distance, total_now.total, coalesce(stored.kept, 0)
from total_now
left join (select distance, count(*) as kept from match group by distance) as stored using (distance);
