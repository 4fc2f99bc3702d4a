-- Evidence without pictures: how many other records of the delivery have the same device, start and duration, or the
-- same declared checksum. A record that shares both is counted once.
create or replace temp table fact_metadata as
with evidence as (
    select
        record.delivery_id as target_id,
        record.row_no,
        given(record.device_serial) as device,
        start_of(record.captured_at) as start,
        length_of(record.duration_seconds) as duration,
        lower(given(record.declared_sha256)) as checksum
    from image_record as record
    inner join fact_target as target on target.delivery_id = record.delivery_id
    where not target.has_images and target.maps_device
),
shared as (
    select
        target_id,
        row_no,
        device is not null and start is not null and duration is not null as has_recording,
        checksum is not null as has_checksum,
        count(*) over (partition by target_id, device, start, duration) - 1 as same_recording,
        count(*) over (partition by target_id, checksum) - 1 as same_checksum,
        count(*) over (partition by target_id, device, start, duration, checksum) - 1 as same_both
    from evidence
)
select
    target_id,
    row_no,
    case when has_recording then same_recording else 0 end
    + case when has_checksum then same_checksum else 0 end
    - case when has_recording and has_checksum then same_both else 0 end as others
from shared;
