-- Records of each department's newest readable delivery about which no finding is open: $per_stratum of each department,
-- those with the lowest sha256(seed|case id). A case id is N- and 16 digits of sha256(department|delivery id|row number).
with newest as (
    select department, arg_max(delivery_id, as_of) as delivery_id
    from period
    where status = 'read' and list_contains($departments::text[], department)
    group by department
),
unflagged as (
    select
        concat('N-', left(sha256(concat_ws('|', image_record.department, image_record.delivery_id, row_no)), 16))
            as case_id,
        image_record.department,
        image_record.image_id,
        image_record.delivery_id,
        image_record.row_no
    from image_record
    semi join newest using (department, delivery_id)
    anti join (select department, subject as image_id from finding_status join (
        select distinct finding_id, subject from finding
        where list_contains($departments::text[], department)
    ) using (finding_id) where status = 'open') as flagged using (department, image_id)
),
ranked as (
    select
        *,
        count(*) over (partition by department) as population,
        row_number() over (partition by department order by sha256(concat($seed, '|', case_id)), case_id) as place
    from unflagged
)
select
    case_id,
    'record' as kind,
    department,
    null::text as rule_id,
    population,
    place,
    image_id as subject,
    delivery_id,
    row_no,
    null::text as condition,
    null::text as evidence
from ranked
where place <= $per_stratum
order by department, place
