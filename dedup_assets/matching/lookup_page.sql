-- Pages of readable contents that can be compared with one picture, with what a candidate's side says of its content.
with counted as (
    select page.sha256, count(*) as pages
    from page
    where page.algorithm_version = $algorithm_version
    group by page.sha256
)
select
    page.sha256, page.page, page.phash256_0, page.phash256_1, page.phash256_2, page.phash256_3, page.photograph,
    content.media_type, content.frames, content.quality, counted.pages
from page
join content on content.sha256 = page.sha256 and content.algorithm_version = page.algorithm_version
join counted on counted.sha256 = page.sha256
where page.algorithm_version = $algorithm_version and not page.low_information and page.sha256 <> $sha256
order by page.sha256, page.page
