-- Every listed name with its state now, and what an earlier delivery found under the same name in the same state.
-- From `observed` (storage_uri, missing_reason, byte_size, change_token). Without a change token nothing is known again.
create or replace temp table known_file as
with earlier as (
    select distinct on (f.storage_uri, f.byte_size, f.change_token)
        f.storage_uri, f.byte_size, f.change_token, f.status, f.reason, f.sha256
    from image_file f
    join delivery d using (delivery_id)
    where f.department = $department
      and f.algorithm_version = $algorithm_version
      and f.status in ('ok', 'unreadable')
      and f.change_token is not null
    order by f.storage_uri, f.byte_size, f.change_token, d.as_of desc, d.version desc, d.delivery_id
)
select o.storage_uri, o.missing_reason, o.byte_size, o.change_token, e.status, e.reason, e.sha256
from observed o
left join earlier e
    on e.storage_uri = o.storage_uri and e.byte_size = o.byte_size and e.change_token = o.change_token
