-- What there was before and what this run gained, by channel and distance; of the channel hash the stored counted anew.
create or replace temp table count_now as
with total as (
    select channel, distance, sum(total)::bigint as total, sum(kept)::bigint as kept
    from (
        select channel, distance, total, kept from candidate_count
        union all
        select channel, distance, total, kept from gained
    )
    group by channel, distance
),
stored as (
    select distance, count(*) as kept from candidate_page where channel = 'hash' group by distance
)
select total.channel, total.distance, total.total, if(total.channel = 'hash', coalesce(stored.kept, 0), total.kept) as kept
from total
left join stored on total.channel = 'hash' and stored.distance = total.distance;

delete from candidate_count;

insert into candidate_count
select channel, distance, total, kept from count_now;
