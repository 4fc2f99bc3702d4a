-- The pages of the search, in order.
select phash256_0, phash256_1, phash256_2, phash256_3, photograph, fresh, degree, content
from searchable
order by id
