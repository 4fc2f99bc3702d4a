-- Pairs of contents whose candidate pages have changed: those in found and dropped.
create or replace temp table touched as
select distinct one.sha256 as sha256_a, other.sha256 as sha256_b
from (select a, b from found union all select a, b from dropped) as pair
join searchable as one on one.id = pair.a
join searchable as other on other.id = pair.b
