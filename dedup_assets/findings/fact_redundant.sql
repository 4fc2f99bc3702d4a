-- Of each own record whose photograph is held more than once: is it a copy too many, here and elsewhere?
-- A booking's copies are its own: the photograph of another booking is no copy, but one of the two is the wrong person's
-- (other_subjects). Compared by case (parcel, permit, booking), never record by record, so a photograph held 100,000
-- times costs 100,000.
create or replace temp table fact_redundant as
with mine as (
    -- The records of the target itself, each under its own content.
    select * from fact_photograph where own and sha256 = content
),
authoritative as (
    select
        target_id,
        content,
        subject,
        min(age) as age,
        arg_min(
            struct_pack(apn := apn, permit_number := permit_number, permit_family := permit_family), age
        ) as held_for
    from fact_photograph
    where own
    group by target_id, content, subject
),
held_case as (
    select target_id, content, own, department, apn, permit_number, permit_family, subject, min(age) as age
    from fact_photograph
    group by target_id, content, own, department, apn, permit_number, permit_family, subject
),
elsewhere as (
    select target_id, content, count(*) as cases from held_case where not own group by target_id, content
),
reused_elsewhere as (
    -- Cases of other departments that are a legitimate reuse of an own case: through the parcel, or through the family.
    select mine.target_id, mine.content, mine.apn, mine.permit_number, other.department, other.apn as other_apn,
        other.permit_number as other_permit
    from held_case as mine
    inner join fact_related as related
        on related.target_id = mine.target_id and related.content = mine.content and related.apn = mine.apn
    inner join held_case as other
        on
            other.target_id = mine.target_id
            and other.content = mine.content
            and other.apn = related.other_apn
            and not other.own
    where mine.own
    union
    select mine.target_id, mine.content, mine.apn, mine.permit_number, other.department, other.apn, other.permit_number
    from held_case as mine
    inner join held_case as other
        on
            other.target_id = mine.target_id
            and other.content = mine.content
            and other.permit_family = mine.permit_family
            and not other.own
    where
        mine.own
        and is_reuse(
            mine.apn, mine.permit_number, mine.permit_family,
            other.apn, other.permit_number, other.permit_family, false
        )
),
reused as (
    select target_id, content, apn, permit_number, count(*) as cases
    from reused_elsewhere
    group by target_id, content, apn, permit_number
),
paired as (
    select distinct fact_pair.target_id, fact_pair.row_no
    from fact_pair
    inner join fact_look as look
        on
            look.target_id = fact_pair.target_id
            and look.sha256 = fact_pair.sha256
            and look.other_sha256 = fact_pair.other_sha256
            and look.kind <> 'near'
)
select
    mine.target_id,
    mine.row_no,
    mine.content,
    (
        mine.age <> authoritative.age
        and paired.row_no is null
        and (
            mine.age <> held_case.age
            or not is_reuse(
                mine.apn, mine.permit_number, mine.permit_family,
                authoritative.held_for.apn,
                authoritative.held_for.permit_number,
                authoritative.held_for.permit_family,
                related.apn is not null
            )
        )
    )::integer as redundant_in_department,
    (coalesce(elsewhere.cases, 0) > coalesce(reused.cases, 0))::integer as redundant_elsewhere
from mine
inner join authoritative
    on
        authoritative.target_id = mine.target_id
        and authoritative.content = mine.content
        and authoritative.subject is not distinct from mine.subject
inner join held_case
    on
        held_case.target_id = mine.target_id
        and held_case.content = mine.content
        and held_case.own
        and held_case.apn is not distinct from mine.apn
        and held_case.permit_number is not distinct from mine.permit_number
        and held_case.subject is not distinct from mine.subject
left join fact_related as related
    on
        related.target_id = mine.target_id
        and related.content = mine.content
        and related.apn = mine.apn
        and related.other_apn = authoritative.held_for.apn
left join elsewhere on elsewhere.target_id = mine.target_id and elsewhere.content = mine.content
left join reused
    on
        reused.target_id = mine.target_id
        and reused.content = mine.content
        and reused.apn is not distinct from mine.apn
        and reused.permit_number is not distinct from mine.permit_number
left join paired on paired.target_id = mine.target_id and paired.row_no = mine.row_no;
