-- The class of evidence of a pair, no row when a file of either content was never seen here. A pair that matching did
-- not find near each other has no evidence.
select coalesce(any_value(m.verdict), 'none') as evidence_class
from (
    select sha256 from image_file where sha256 in ($sha256_a, $sha256_b) group by sha256
) held
left join match m on m.sha256_a = $sha256_a and m.sha256_b = $sha256_b
having count(*) = 2
