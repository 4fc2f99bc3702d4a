-- The new contents are searched from now on.
insert into searched_content
select searchable.sha256, $algorithm_version, $search, now_degree.degree
from searchable join now_degree using (id)
where searchable.fresh
