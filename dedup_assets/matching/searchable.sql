-- Contents that take part in the near-duplicate search, numbered from 0 by hash and digest. place: rank by digest alone.
create or replace temp table searchable as
select
    (row_number() over (
        order by phash256_0, phash256_1, phash256_2, phash256_3, content.sha256
    ) - 1)::uinteger as id,
    (row_number() over (order by content.sha256) - 1)::uinteger as place,
    content.sha256, phash256_0, phash256_1, phash256_2, phash256_3, quality,
    searched_content.sha256 is null as fresh,
    coalesce(searched_content.degree, 0) as degree
from content left join searched_content using (sha256)
where content.algorithm_version = $algorithm_version
    and content.status = 'ok'
    and not coalesce(content.low_information, false)
