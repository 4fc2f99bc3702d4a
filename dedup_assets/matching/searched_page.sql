-- The new pages are searched from now on; others may have got near ones since.
insert or replace into searched_page
select searchable.sha256, searchable.page, $algorithm_version, $search, now_degree.degree
from searchable join now_degree using (id)
where searchable.fresh or searchable.degree <> now_degree.degree
