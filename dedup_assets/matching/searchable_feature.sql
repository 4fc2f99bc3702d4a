-- Local features of the photographs that have any.
select searchable.id, page.features
from searchable
join page on page.sha256 = searchable.sha256 and page.page = searchable.page
where searchable.photograph
    and page.algorithm_version = $algorithm_version
    and octet_length(page.features) > 0
order by searchable.id
