-- Local features of the photographs, in the order of lookup_page.
select page.features
from page
join content on content.sha256 = page.sha256 and content.algorithm_version = page.algorithm_version
where page.algorithm_version = $algorithm_version and not page.low_information and page.sha256 <> $sha256
order by page.sha256, page.page
