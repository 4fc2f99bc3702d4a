-- Findings about a date for which a department handed in a manifest that it had handed in before.
insert into cause_candidate by name
with repetition as (
    select distinct department, as_of, sha256 from delivery where status = 'repeated'
),
told as (
    select
        repetition.department,
        repetition.as_of,
        repetition.sha256,
        min(earlier.as_of) as first_as_of,
        count(distinct earlier.as_of) as dates
    from repetition
    inner join delivery as earlier
        on
            earlier.department = repetition.department
            and earlier.sha256 = repetition.sha256
            and earlier.as_of <= repetition.as_of
    group by repetition.department, repetition.as_of, repetition.sha256
    having count(distinct earlier.as_of) > 1
),
-- Manifests of any content from the first of these on.
since as (
    select told.department, told.as_of, told.sha256, count(distinct delivery.as_of) as dates
    from told
    inner join delivery
        on delivery.department = told.department and delivery.as_of between told.first_as_of and told.as_of
    group by told.department, told.as_of, told.sha256
)
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'feed_frozen' as cause,
    told.sha256 as occurrence_id,
    told.dates as support,
    since.dates as considered,
    to_json({
        deliveries_since: since.dates,
        deliveries_with_these_bytes: told.dates,
        first_delivered_on: told.first_as_of,
        manifest_sha256: told.sha256
    }) as detail
from told
inner join since using (department, as_of, sha256)
inner join cause_finding as finding on finding.department = told.department and finding.as_of = told.as_of
where finding.fact = 'delivery_status';
