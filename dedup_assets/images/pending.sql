-- Deliveries in force whose images were not observed yet under this algorithm version, in the order of their dates.
select d.delivery_id, d.as_of::text as as_of
from delivery d
where d.department = $department
  and d.in_force
  and d.status = 'read'
  and exists (select 1 from image_record r where r.delivery_id = d.delivery_id and r.storage_uri is not null)
  and not exists (
      select 1 from image_file f
      where f.delivery_id = d.delivery_id and f.algorithm_version = $algorithm_version
  )
order by d.as_of, d.version, d.delivery_id
