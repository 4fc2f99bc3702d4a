-- One answer for each listed name: missing, known from an earlier delivery, or read now (then as its content says).
-- A new algorithm version replaces the answers of an older one.
insert or replace into image_file
select $delivery_id, $department, storage_uri, 'missing', missing_reason, null, null, null, $algorithm_version
from known_file
where missing_reason is not null
union all
select $delivery_id, $department, storage_uri, status, reason, sha256, byte_size, change_token, $algorithm_version
from known_file
where missing_reason is null and status is not null
union all
select $delivery_id, $department, r.storage_uri,
    coalesce(c.status, r.status), case when c.sha256 is null then r.reason else c.reason end,
    r.sha256, r.byte_size, r.change_token, $algorithm_version
from read_file r
left join content c on c.sha256 = r.sha256 and c.algorithm_version = $algorithm_version
