-- Findings about one content on strangers' parcels, filed there under one name that a camera gave.
insert into cause_candidate by name
with camera as (
    select department, delivery_id, record_id, content, apn, stem_of(file_name) as stem
    from cause_record
    where unrelated_parcels > 0 and content is not null and apn is not null and is_camera_name(file_name)
),
attached as (
    select department, delivery_id, content, stem, count(*) as records, count(distinct apn) as parcels
    from camera
    group by department, delivery_id, content, stem
    having count(distinct apn) > 1
),
holder as (
    select delivery_id, content, count(*) as records
    from cause_record
    where content in (select content from attached)
    group by delivery_id, content
),
-- How many records of the delivery bear that name at all: an importer that goes by it must confuse them.
homonym as (
    select delivery_id, stem_of(file_name) as stem, count(*) as records, count(distinct content) as contents
    from cause_record
    where is_camera_name(file_name)
    group by delivery_id, stem_of(file_name)
)
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'name_keyed_attach' as cause,
    attached.stem || ':' || attached.content as occurrence_id,
    attached.records as support,
    holder.records as considered,
    to_json({
        content: attached.content,
        file_name: attached.stem,
        parcels: attached.parcels,
        records_of_content: holder.records,
        records_of_name: homonym.records,
        records_of_name_and_content: attached.records
    }) as detail
from camera
inner join attached using (department, delivery_id, content, stem)
inner join holder using (delivery_id, content)
inner join homonym using (delivery_id, stem)
inner join cause_finding as finding on finding.record_id = camera.record_id
where finding.fact in ('redundant_in_department', 'redundant_elsewhere', 'unrelated_parcels', 'gps_agreement');
