-- What one delivery lists: each name once, however many records carry it.
select distinct storage_uri
from image_record
where delivery_id = $delivery_id and storage_uri is not null
order by storage_uri
