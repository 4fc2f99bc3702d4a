-- Of each failing photograph: who holds it, within the department and elsewhere. Lists hold the first eleven by age, so
-- that ten are left when a record leaves itself out; the counts are exact. kept: the record
-- that is proposed as the authoritative one of each booking, and why: the first thing that tells it from the next.
with turn as (
    select
        *,
        row_number() over same_booking as turn,
        lead(contradicted) over same_booking as next_contradicted,
        lead(taken) over same_booking as next_taken,
        lead(pixels) over same_booking as next_pixels,
        lead(uploaded) over same_booking as next_uploaded
    from fact_photograph
    where own
    window same_booking as (partition by content, subject order by age)
),
kept as (
    select
        content,
        list(struct_pack(
            subject := subject,
            image_id := image_id,
            why := case
                when contradicted <> next_contradicted then 'parcel_not_contradicted'
                when taken is distinct from next_taken then 'taken_first'
                when pixels is distinct from next_pixels then 'most_pixels'
                when uploaded is distinct from next_uploaded then 'uploaded_first'
                else 'first_by_name'
            end
        )) as kept
    from turn
    where turn = 1
    group by content
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
