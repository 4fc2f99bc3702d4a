-- Pairs to judge, from their numbers in new_pair; sha256_a < sha256_b.
select
    least(one.sha256, other.sha256) as sha256_a,
    greatest(one.sha256, other.sha256) as sha256_b,
    new_pair.distance,
    $radius::integer as radius,
    if(one.sha256 < other.sha256, one.quality, other.quality) as quality_a,
    if(one.sha256 < other.sha256, other.quality, one.quality) as quality_b
from new_pair
join searchable as one on one.id = new_pair.a
join searchable as other on other.id = new_pair.b
order by sha256_a, sha256_b
