-- The open findings of $department with what they hold up. $restricted, $has_images: its document.
-- Finished permits are told by the words of their status, as LADBS uses them.
insert into finding_impact by name
with standing as (
    select
        status.finding_id,
        status.department,
        status.as_of,
        status.rule_id,
        status.severity,
        status.opened_on,
        status.last_seen_on,
        finding.delivery_id,
        finding.row_no,
        finding.evidence,
        impact_rule.fact
    from finding_status as status
    inner join finding on finding.finding_id = status.finding_id and finding.as_of = status.last_seen_on
    left join impact_rule on impact_rule.rule_id = status.rule_id
    where status.department = $department and status.status = 'open'
),
-- An application names its permit in some of its records; the units are the same ones in all of them.
application as (
    select record.delivery_id, trim(record.source_record_id) as source_record_id, min(permit.family) as family
    from image_record as record
    inner join image_fact as fact on fact.delivery_id = record.delivery_id and fact.row_no = record.row_no
    inner join permit on permit.permit_number = fact.permit_number
    where record.delivery_id in (select delivery_id from standing) and trim(record.source_record_id) <> ''
        and trim(record.dwelling_units) <> ''
    group by record.delivery_id, trim(record.source_record_id)
),
seen as (
    select
        standing.*,
        record.image_id,
        permit.permit_number,
        permit.status as permit_status,
        coalesce(permit.family, application.family) as family,
        coalesce(permit.dwelling_units, try_cast(trim(record.dwelling_units) as integer)) as dwelling_units,
        nullif(trim(record.source_record_id), '') as source_record_id,
        moment(record.queue_date)::date as queued_on,
        moment(record.uploaded_at)::date as uploaded_on,
        coalesce(permit.council_district, parcel.council_district) as council_district,
        parcel.community_plan_area,
        nullif(trim(record.venue), '') as venue,
        nullif(trim(record.federal_funding), '') as federal_funding,
        fact.sha256,
        fact.apn,
        fact.permit_number as named_permit
    from standing
    left join image_record as record
        on record.delivery_id = standing.delivery_id and record.row_no = standing.row_no
    left join image_fact as fact on fact.delivery_id = standing.delivery_id and fact.row_no = standing.row_no
    left join permit on permit.permit_number = fact.permit_number
    left join parcel on parcel.apn = fact.apn
    left join application
        on
            application.delivery_id = standing.delivery_id
            and application.source_record_id = trim(record.source_record_id)
),
-- The copy that stays, of those records that are a further one.
kept as (
    select
        seen.finding_id,
        kept.image_id,
        kept.sha256 = seen.sha256 as same_bytes,
        kept.apn is not distinct from seen.apn
        and kept.permit_number is not distinct from seen.named_permit as same_case
    from seen
    inner join image_fact as kept
        on kept.delivery_id = seen.delivery_id and kept.image_id = json_extract_string(seen.evidence, '$.kept')
    where seen.fact = 'redundant_in_department'
),
scene as (
    select sha256, bool_and(photograph) as photograph from page group by sha256
),
tagged as (
    select
        seen.*,
        seen.federal_funding is not null and not regexp_matches(lower(seen.federal_funding), '^(no|none|n|false|0)\b')
            as is_federal,
        kept.image_id as kept_image,
        coalesce(kept.same_bytes, false) as same_bytes,
        coalesce(kept.same_case, false) as same_case,
        coalesce(scene.photograph, false) as photograph
    from seen
    left join kept on kept.finding_id = seen.finding_id
    left join scene on scene.sha256 = seen.sha256
),
-- The first line that fits decides (impact/measure.py says where each comes from).
judged as (
    select
        *,
        case
            when fact not in ('redundant_in_department', 'redundant_elsewhere', 'duplicate_metadata') or fact is null
                then {disposal: 'not_a_duplicate', basis: ''}
            when not $has_images
                then {
                    disposal: 'may_not',
                    basis: 'Recordings are evidence: Penal Code 832.18 forbids deleting them; a person reviews.'
                }
            when $restricted
                then {
                    disposal: 'may_not',
                    basis: 'A police record is not disposed of because a copy of it exists; a person reviews.'
                }
            when is_federal
                then {
                    disposal: 'may_not',
                    basis: '2 CFR 200.334: kept for three years after the final expenditure report, longer under '
                    || 'litigation; the delivery does not tell that date.'
                }
            when fact = 'redundant_elsewhere'
                then {
                    disposal: 'may_not',
                    basis: 'Los Angeles Administrative Code 12.1(d): each department''s copy serves its own functions.'
                }
            when kept_image is null or not same_case
                then {
                    disposal: 'may_not',
                    basis: 'Los Angeles Administrative Code 12.1(d): it is filed for another case than '
                    || coalesce(kept_image, 'the copy that stays')
                    || ' and serves there as the original; file it right first.'
                }
            when not same_bytes
                then {
                    disposal: 'ask_city_clerk',
                    basis: 'Los Angeles Administrative Code 12.1(d): it shows the same as ' || kept_image
                    || ' in other bytes; whether that is an accurate reproduction is not for software to say.'
                }
            when not photograph
                then {
                    disposal: 'ask_city_clerk',
                    basis: 'Government Code 34090(a): a form, plan or map may be a record that affects title to '
                    || 'real property.'
                }
            when uploaded_on is null or uploaded_on > as_of - interval 2 year
                then {
                    disposal: 'ask_city_clerk',
                    basis: 'Government Code 34090(d) and 34090.7: '
                    || if(uploaded_on is null, 'its age is not known', 'it is less than two years old')
                    || '; duplicates are then disposed of only by a procedure that the City has adopted.'
                }
            else {
                disposal: 'may',
                basis: 'Los Angeles Administrative Code 12.1(d): the same bytes for the same case as ' || kept_image
                || ', which stays; more than two years old (Government Code 34090).'
            }
        end as law
    from tagged
)
select
    judged.finding_id,
    judged.department,
    judged.as_of,
    judged.rule_id,
    judged.severity,
    coalesce(cause.cause, 'undetermined') as cause,
    judged.image_id,
    judged.opened_on,
    date_diff('day', judged.opened_on, judged.as_of) as defect_days,
    judged.permit_number,
    judged.permit_status,
    if(
        judged.permit_number is null,
        null,
        regexp_matches(
            lower(coalesce(judged.permit_status, '')),
            'final|c\s?of\s?o|expired|withdrawn|closed|refund|cancel|void|denied'
        )
    ) as permit_finished,
    judged.queued_on,
    if(
        judged.queued_on is null,
        null,
        greatest(0, date_diff('day', greatest(judged.opened_on, judged.queued_on), judged.as_of))
    ) as queue_days,
    if(
        judged.dwelling_units > 0,
        coalesce(
            'permit:' || judged.family,
            'application:' || judged.department || ':' || judged.source_record_id,
            'parcel:' || judged.apn,
            'image:' || judged.department || ':' || judged.image_id
        ),
        null
    ) as unit_key,
    if(judged.dwelling_units > 0, judged.dwelling_units, null) as dwelling_units,
    judged.council_district,
    judged.community_plan_area,
    judged.venue,
    judged.federal_funding,
    judged.is_federal,
    judged.law.disposal,
    judged.law.basis as disposal_basis
from judged
left join finding_cause as cause
    on cause.finding_id = judged.finding_id and cause.as_of = judged.last_seen_on and cause.rank = 1;
