-- The contents of the search, in order.
select phash256_0, phash256_1, phash256_2, phash256_3, fresh, degree, place
from searchable
order by id
