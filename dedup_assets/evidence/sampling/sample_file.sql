-- What the file of a case held when its delivery was processed.
select status, reason, sha256, byte_size
from image_file
where delivery_id = $delivery_id and storage_uri = $storage_uri
