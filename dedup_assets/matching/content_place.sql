-- Where the contents in $sha256s were seen, the newest delivery first.
select file.sha256, file.department, file.storage_uri
from image_file as file
join delivery using (delivery_id)
where file.status = 'ok' and list_contains($sha256s::text[], file.sha256)
group by file.sha256, file.department, file.storage_uri
order by file.sha256, max(delivery.as_of) desc, file.department, file.storage_uri
