-- What stands about each pair of contents: what matching measured, or what a person decided in its place. Whoever asks
-- which photographs are duplicates reads this and not match. A person may join a pair that matching never looked at.
create or replace temp view pair_verdict as
with decided as (
    select sha256_a, sha256_b, verdict as said from decision where kind = 'pair' and ended_at is null
),
judged as (
    select
        coalesce(m.sha256_a, d.sha256_a) as sha256_a,
        coalesce(m.sha256_b, d.sha256_b) as sha256_b,
        m.distance,
        case
            when d.said = 'not_duplicate' then 'not_duplicate'
            when d.said in ('duplicate', 'wrong_parcel') and coalesce(m.verdict, '') not in ('exact_file', 'exact_pixels')
                then 'same_image'
            else m.verdict
        end as verdict,
        m.verdict as measured,
        m.evidence
    from match m
    full join decided d on d.sha256_a = m.sha256_a and d.sha256_b = m.sha256_b
)
select * from judged where verdict is not null
