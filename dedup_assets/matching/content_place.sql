-- Where the contents in $sha256s were seen, the newest delivery first.
select file.sha256, file.department, file.storage_uri
from image_file as file
join delivery using (delivery_id)
where file.status = 'ok' and file.sha256 in (select unnest($sha256s::text[]))
group by file.sha256, file.department, file.storage_uri
order by file.sha256, max(delivery.as_of) desc, file.department, file.storage_uri
