-- Pairs of contents to judge, with all of their candidate pages.
with side as (
    select content.sha256, content.media_type, content.frames, content.quality, count(page.page) as pages
    from content
    join page on page.sha256 = content.sha256 and page.algorithm_version = content.algorithm_version
    where content.algorithm_version = $algorithm_version
        and content.sha256 in (select sha256_a from touched union select sha256_b from touched)
    group by all
)
select
    one.sha256, one.media_type, one.frames, one.pages, one.quality,
    other.sha256, other.media_type, other.frames, other.pages, other.quality,
    list(
        [page_a::text, page_b::text, channel, form::text, distance::text, votes::text]
        order by page_a, page_b, channel
    ) as candidate_pages
from touched
join candidate_page using (sha256_a, sha256_b)
join side as one on one.sha256 = sha256_a
join side as other on other.sha256 = sha256_b
group by all
order by one.sha256, other.sha256
