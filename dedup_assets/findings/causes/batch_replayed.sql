-- Batches whose rows stand in an earlier batch too, at the same row number with the same content. The replay is the
-- batch that was uploaded later; of rows in both, the findings about copies are explained on both sides.
insert into cause_candidate by name
with repeated as (
    select delivery_id, content
    from cause_record
    where content is not null
    group by delivery_id, content
    having count(*) between 2 and $max_holders
),
held as (
    select record.delivery_id, record.content, record.batch_id, record.batch_row_no, record.record_id
    from cause_record as record
    semi join repeated on repeated.delivery_id = record.delivery_id and repeated.content = record.content
    where record.batch_id is not null and record.batch_row_no is not null
),
same_row as (
    select
        one.delivery_id,
        one.batch_id,
        other.batch_id as replay_of,
        one.record_id,
        other.record_id as other_record_id,
        one.content
    from held as one
    inner join held as other
        on
            other.delivery_id = one.delivery_id
            and other.content = one.content
            and other.batch_row_no = one.batch_row_no
            and other.batch_id <> one.batch_id
),
pair as (
    select
        delivery_id,
        batch_id,
        replay_of,
        count(distinct record_id) as shared,
        count(distinct content) as contents
    from same_row
    group by delivery_id, batch_id, replay_of
    having count(distinct record_id) >= $min_rows and count(distinct content) >= $min_contents
),
size as (
    select
        delivery_id,
        batch_id,
        count(*) filter (where content is not null) as records,
        min(moment(uploaded_at)) as first_upload,
        max(moment(uploaded_at)) as last_upload
    from cause_record as record
    semi join pair on pair.delivery_id = record.delivery_id and pair.batch_id = record.batch_id
    group by delivery_id, batch_id
),
replay as (
    select
        pair.*,
        own.records,
        older.records as older_records,
        own.first_upload,
        own.last_upload
    from pair
    inner join size as own on own.delivery_id = pair.delivery_id and own.batch_id = pair.batch_id
    inner join size as older on older.delivery_id = pair.delivery_id and older.batch_id = pair.replay_of
    where
        pair.shared >= $min_share * own.records
        -- Of each two batches the later one.
        and (coalesce(own.first_upload, '9999-01-01'::timestamptz), own.batch_id)
        > (coalesce(older.first_upload, '9999-01-01'::timestamptz), older.batch_id)
),
explained as (
    select same_row.delivery_id, unnest([same_row.record_id, same_row.other_record_id]) as record_id, replay.*
        exclude (delivery_id)
    from same_row
    inner join replay using (delivery_id, batch_id, replay_of)
)
select distinct
    finding.finding_id,
    finding.department,
    finding.as_of,
    'batch_replayed' as cause,
    explained.batch_id as occurrence_id,
    explained.shared as support,
    explained.records as considered,
    to_json({
        batch_id: explained.batch_id,
        contents: explained.contents,
        minutes_of_upload: date_diff('minute', explained.first_upload, explained.last_upload),
        replay_of: explained.replay_of,
        rows_of_original: explained.older_records,
        rows_of_replay: explained.records,
        rows_shared: explained.shared
    }) as detail
from explained
inner join cause_finding as finding on finding.record_id = explained.record_id
where finding.fact in ('redundant_in_department', 'redundant_elsewhere', 'unrelated_parcels', 'duplicate_metadata');
