-- Names whose bytes must be read: there is a file, and it is not known in this state.
select storage_uri, byte_size, change_token
from known_file
where missing_reason is null and status is null
order by storage_uri
