-- Of each failing photograph: who holds it, within the department and elsewhere. Lists hold the first eleven by age, so
-- that ten are left when a record leaves itself out; the counts are exact. kept: the authoritative record of each booking.
with keeper as (
    select content, subject, arg_min(image_id, age) as image_id
    from fact_photograph
    where own
    group by content, subject
),
kept as (
    select content, list(struct_pack(subject := subject, image_id := image_id)) as kept from keeper group by content
)
select
    content,
    any_value(kept.kept) as kept,
    count(*) filter (where own) as copies_here,
    arg_min(struct_pack(image_id := image_id, apn := apn), age, 11) filter (where own) as here,
    count(*) filter (where not own) as copies_elsewhere,
    list_sort(list_distinct(list(department) filter (where not own))) as departments,
    arg_min(
        struct_pack(department := department, image_id := image_id, apn := apn),
        struct_pack(department := department, image_id := image_id, row_no := row_no), 11
    ) filter (where not own) as elsewhere
from fact_photograph
left join kept using (content)
group by content;
