-- Searched contents that have got near ones since.
update searched_content
set degree = now_degree.degree
from searchable join now_degree using (id)
where searched_content.sha256 = searchable.sha256
    and not searchable.fresh
    and searchable.degree <> now_degree.degree
