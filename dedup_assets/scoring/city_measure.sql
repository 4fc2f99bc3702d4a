-- The city's measures: those of all its departments pooled, A, B and N each added up over city_member.
insert into measure
select $city, as_of, dimension, sum(defects)::bigint, sum(measured)::bigint, sum(population)::bigint
from city_member
group by as_of, dimension
