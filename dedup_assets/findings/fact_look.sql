-- Of every content that a target holds: itself (same), the contents that are the same photograph (duplicate), and
-- those that look like it and wait for a person (near). Whether anybody holds them stands in fact_holder.
create or replace temp table fact_look as
with own as (
    select distinct target_id, sha256
    from fact_own
    where
        sha256 is not null
        -- The digest of no bytes at all: two empty files are two broken files, not one photograph on two parcels.
        and sha256 <> 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
),
known as (
    select
        sha256_a,
        sha256_b,
        case
            when verdict in ('exact_pixels', 'same_image') then 'duplicate'
            when verdict in ('undecided', 'same_image_local_change') then 'near'
        end as kind
    from pair_verdict
),
pair as (
    select sha256_a as sha256, sha256_b as other_sha256, kind from known where kind is not null
    union all
    select sha256_b, sha256_a, kind from known where kind is not null
)
select target_id, sha256, sha256 as other_sha256, 'same' as kind from own
union all
select own.target_id, own.sha256, pair.other_sha256, pair.kind
from own
inner join pair on pair.sha256 = own.sha256;
