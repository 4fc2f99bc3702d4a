-- The manifest of a case.
select uri, as_of, version, sha256, byte_size, rows_in, rows_rejected
from delivery
where delivery_id = $delivery_id
