-- Pairs that may stand in one group, by rank of their digests: all of them, or those with one of $verdicts.
create or replace temp table paired_content as
select sha256, (row_number() over (order by sha256) - 1)::bigint as place
from (select sha256_a as sha256 from match union select sha256_b from match);

select one.place as a, other.place as b, match.distance::bigint as distance
from match
join paired_content as one on one.sha256 = match.sha256_a
join paired_content as other on other.sha256 = match.sha256_b
where $verdicts is null or list_contains($verdicts::text[], match.verdict)
order by a, b
