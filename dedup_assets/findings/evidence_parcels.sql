-- Of each failing photograph and parcel: the first ten other parcels that are strangers to it, each with the record
-- that filed the photograph there. A photograph on more than a thousand parcels is a placeholder: there the ten come
-- out of its first fifty, or the pairs would grow with the square of its parcels.
with filed as (
    select target_id, content, apn, parcels, row_number() over (partition by content order by apn) as place
    from fact_parcel
),
failing as (
    select distinct fact.sha256 as content, fact.apn
    from finding_failing
    inner join image_fact as fact on fact.delivery_id = $delivery_id and fact.row_no = finding_failing.row_no
    where fact.sha256 is not null and fact.apn is not null and fact.unrelated_parcels > 0
),
holder as (
    select content, apn, arg_min(struct_pack(department := department, image_id := image_id), age) as held
    from fact_photograph
    where apn is not null
    group by content, apn
),
stranger as (
    select failing.content, failing.apn, other.apn as other_apn
    from failing
    inner join filed as other
        on
            other.content = failing.content
            and other.apn <> failing.apn
            and other.place <= case when other.parcels <= 1000 then 1000 else 50 end
    anti join fact_related as related
        on related.content = failing.content and related.apn = failing.apn and related.other_apn = other.apn
)
select
    stranger.content,
    stranger.apn,
    arg_min(
        struct_pack(
            apn := stranger.other_apn, department := holder.held.department, image_id := holder.held.image_id
        ),
        stranger.other_apn,
        10
    ) as parcels
from stranger
inner join holder on holder.content = stranger.content and holder.apn = stranger.other_apn
group by stranger.content, stranger.apn;
