-- The pairs of the channel hash that are stored, by number.
select one.id as a, other.id as b, candidate.distance::usmallint as distance
from candidate_page as candidate
join searchable as one on one.sha256 = candidate.sha256_a and one.page = candidate.page_a
join searchable as other on other.sha256 = candidate.sha256_b and other.page = candidate.page_b
where candidate.channel = 'hash'
