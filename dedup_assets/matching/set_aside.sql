-- Readable contents that say too little for a near-duplicate search, and those that lack a hash (there should be none).
select
    count(*) filter (where low_information),
    count(*) filter (where not coalesce(low_information, false) and phash256_0 is null)
from content
where algorithm_version = $algorithm_version and status = 'ok'
