-- Of each failing record: the ten nearest photographs that wait for a decision, each with a record that holds it.
with holder as (
    select
        sha256,
        count(*) as holders,
        arg_min(
            struct_pack(department := department, image_id := image_id, apn := apn),
            struct_pack(elsewhere := not own, department := department, row_no := row_no)
        ) as held
    from fact_holder
    group by sha256
),
near as (
    select
        fact.row_no,
        look.other_sha256,
        holder.held,
        match.distance,
        match.verdict
    from (select distinct row_no from finding_failing) as failing
    inner join image_fact as fact on fact.delivery_id = $delivery_id and fact.row_no = failing.row_no
    inner join fact_look as look on look.sha256 = fact.sha256 and look.kind = 'near'
    inner join holder on holder.sha256 = look.other_sha256
    inner join pair_verdict as match
        on
            match.sha256_a = least(look.sha256, look.other_sha256)
            and match.sha256_b = greatest(look.sha256, look.other_sha256)
    where not exists (
        select 1
        from fact_pair as pair
        where pair.row_no = fact.row_no and pair.other_sha256 = look.other_sha256 and holder.holders = 1
    )
)
select
    row_no,
    arg_min(
        struct_pack(
            department := held.department, image_id := held.image_id, apn := held.apn, distance := distance,
            verdict := verdict
        ),
        struct_pack(distance := distance, sha256 := other_sha256),
        10
    ) as photographs
from near
group by row_no;
