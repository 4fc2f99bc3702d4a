-- Pages that take part in the search, numbered from 0 by digest and page; content numbers their contents likewise.
create or replace temp table searchable as
select
    (row_number() over (order by page.sha256, page.page) - 1)::uinteger as id,
    (dense_rank() over (order by page.sha256) - 1)::bigint as content,
    page.sha256, page.page, phash256_0, phash256_1, phash256_2, phash256_3, photograph,
    searched_page.sha256 is null as fresh,
    coalesce(searched_page.degree, 0) as degree
from page
left join searched_page on searched_page.sha256 = page.sha256 and searched_page.page = page.page
where page.algorithm_version = $algorithm_version and not page.low_information
