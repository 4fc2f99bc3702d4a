-- Of each failing photograph: who holds it, within the department and elsewhere. Lists hold the first eleven by age, so
-- that ten are left when a record leaves itself out; the counts are exact.
select
    content,
    count(*) filter (where own) as copies_here,
    arg_min(image_id, age) filter (where own) as kept,
    arg_min(struct_pack(image_id := image_id, apn := apn), age, 11) filter (where own) as here,
    count(*) filter (where not own) as copies_elsewhere,
    list_sort(list_distinct(list(department) filter (where not own))) as departments,
    arg_min(
        struct_pack(department := department, image_id := image_id, apn := apn),
        struct_pack(department := department, image_id := image_id, row_no := row_no), 11
    ) filter (where not own) as elsewhere
from fact_photograph
group by content;
