-- Searched pages that the search in force would not have: another algorithm, other settings, or no longer there.
select count(*)
from searched_page
left join searchable on searchable.sha256 = searched_page.sha256 and searchable.page = searched_page.page
where searchable.sha256 is null
    or searched_page.algorithm_version <> $algorithm_version
    or searched_page.search <> $search
