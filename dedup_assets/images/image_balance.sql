-- How many names of a delivery have which answer.
select status, reason, count(*) as images
from image_file
where delivery_id = $delivery_id and algorithm_version = $algorithm_version
group by all
order by all
