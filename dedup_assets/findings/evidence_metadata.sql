-- Of each failing evidence record: who else has its device, start and duration, and who its checksum. Lists hold the
-- first eleven, so that ten are left when a record leaves itself out.
with evidence as (
    select
        row_no,
        image_id,
        given(device_serial) as device,
        start_of(captured_at) as start,
        length_of(duration_seconds) as duration,
        lower(given(declared_sha256)) as checksum
    from image_record
    where delivery_id = $delivery_id
),
recording as (
    select device, start, duration, arg_min(image_id, image_id, 11) as records
    from evidence
    where device is not null and start is not null and duration is not null
    group by device, start, duration
),
declared as (
    select checksum, arg_min(image_id, image_id, 11) as records from evidence where checksum is not null group by checksum
)
select
    evidence.row_no,
    coalesce(recording.records, []) as same_recording,
    coalesce(declared.records, []) as same_checksum
from evidence
left join recording
    on
        recording.device = evidence.device
        and recording.start = evidence.start
        and recording.duration = evidence.duration
left join declared on declared.checksum = evidence.checksum
where evidence.row_no in (select row_no from finding_failing);
