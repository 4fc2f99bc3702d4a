-- Findings about copies on one parcel under several permits, of which one was uploaded long after it was taken, or by a
-- channel that says that it pulls pictures from the parcel's record.
insert into cause_candidate by name
with held as (
    select
        department,
        delivery_id,
        record_id,
        content,
        apn,
        permit_family,
        upload_channel in (select unnest($channels::text[])) as is_pulled,
        date_diff('day', moment(captured_at), moment(uploaded_at)) as age_days
    from cause_record
    where content is not null and apn is not null
    qualify count(*) over (partition by delivery_id, content, apn) > 1
),
photograph as (
    select
        delivery_id,
        content,
        apn,
        count(*) as records,
        count(distinct permit_family) as permits,
        count(*) filter (where is_pulled or age_days >= $days) as stale,
        count(*) filter (where is_pulled) as pulled,
        max(age_days) as oldest
    from held
    group by delivery_id, content, apn
    -- One of them must be fresh: a photograph that was old when it first came in is an archive's, not a pull.
    having
        count(*) filter (where is_pulled) > 0
        or (count(distinct permit_family) > 1 and max(age_days) >= $days and min(age_days) < $days)
)
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'stale_pull' as cause,
    photograph.apn || ':' || photograph.content as occurrence_id,
    photograph.stale as support,
    photograph.records as considered,
    to_json({
        content: photograph.content,
        days_from_capture_to_upload: photograph.oldest,
        parcel: photograph.apn,
        permits: photograph.permits,
        pulled_by_channel: photograph.pulled,
        records: photograph.records
    }) as detail
from held
inner join photograph using (delivery_id, content, apn)
inner join cause_finding as finding on finding.record_id = held.record_id
where finding.fact in ('redundant_in_department', 'redundant_elsewhere');
