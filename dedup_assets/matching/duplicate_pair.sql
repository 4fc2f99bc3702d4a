-- Pairs that a duplicate verdict joins, by rank of their digests.
select one.place as a, other.place as b, match.distance::bigint as distance
from match
join searchable as one on one.sha256 = match.sha256_a
join searchable as other on other.sha256 = match.sha256_b
where list_contains($verdicts, match.verdict)
