-- Facts of $deliveries that contradict themselves or one another; there must be none (house rule 5).
-- Copies are counted once more here, in another way than image_fact.sql counts them.
with fact as (
    select *, count(*) over (partition by delivery_id, sha256) as same_content
    from image_fact
    where list_contains($deliveries, delivery_id)
)
select department, as_of, image_id
from fact
where
    copies_in_department <> case when sha256 is null then 1 else same_content end
    or (sha256 is null and (copies_elsewhere + redundant_in_department + redundant_elsewhere + near_candidates) > 0)
    or ((sha256 is null or apn is null) and unrelated_parcels > 0)
    or (legitimate_reuse and (redundant_in_department = 1 or redundant_elsewhere = 1))
    or (sha256 is null) <> (file_status in ('missing', 'outside_root', 'not_applicable'))
    or (parcel_status in ('known', 'unknown') and apn is null)
    or (permit_status in ('known', 'unknown') and permit_number is null)
    or (permit_agreement in ('agrees', 'disagrees') and (permit_status <> 'known' or apn is null))
    or (file_status <> 'not_applicable' and duplicate_metadata > 0)
    or malformed_identifiers not between 0 and identifiers
    or missing_values not between 0 and mandatory_values
    or invalid_values not between 0 and typed_values
    or redundant_in_department not in (0, 1)
    or redundant_elsewhere not in (0, 1)
    or least(copies_elsewhere, unrelated_parcels, near_candidates, duplicate_metadata) < 0
order by department, as_of, row_no
limit 1;
