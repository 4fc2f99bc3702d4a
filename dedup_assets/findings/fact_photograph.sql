-- Photographs held more than once: of each own content, every record that holds it or a duplicate of it.
-- content is the target's own, sha256 what the holder has. Most contents are held once and drop out here.
-- age orders the holders of one photograph; the first is proposed as the authoritative one. A copy whose permit, PIN
-- or place is that of another parcel comes last; then the one taken first, the one with most pixels, the one uploaded first.
create or replace temp table fact_photograph as
with holding as (
    select target_id, sha256, count(*) as holders from fact_holder group by target_id, sha256
),
repeated as (
    select look.target_id, look.sha256 as content
    from fact_look as look
    inner join holding on holding.target_id = look.target_id and holding.sha256 = look.other_sha256
    where look.kind <> 'near'
    group by look.target_id, look.sha256
    having sum(holding.holders) > 1
)
select
    repeated.content,
    holder.* exclude (captured_at, uploaded_at),
    moment(holder.captured_at) as taken,
    moment(holder.uploaded_at) as uploaded,
    row_number() over (
        partition by holder.target_id, repeated.content
        order by
            holder.contradicted nulls last,
            moment(holder.captured_at) nulls last,
            holder.pixels desc nulls last,
            moment(holder.uploaded_at) nulls last,
            holder.image_id,
            holder.row_no,
            holder.department,
            holder.sha256
    ) as age
from repeated
inner join fact_look as look
    on look.target_id = repeated.target_id and look.sha256 = repeated.content and look.kind <> 'near'
inner join fact_holder as holder on holder.target_id = look.target_id and holder.sha256 = look.other_sha256;
