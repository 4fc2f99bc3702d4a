-- The pairs stored so far, by number.
select one.id as a, other.id as b, match.distance::usmallint as distance
from match
join searchable as one on one.sha256 = match.sha256_a
join searchable as other on other.sha256 = match.sha256_b
