-- Before and after: two records of one delivery, one of which replaces the other, with the two roles, on parcels that
-- are not strangers. Both directions. Their photographs may look alike, or be alike.
create or replace temp table fact_pair as
with replaced as (
    select a.target_id, a.row_no, b.row_no as other_row_no, a.apn, b.apn as other_apn, a.sha256, b.sha256 as other_sha256
    from fact_own as a
    inner join fact_own as b on b.target_id = a.target_id and b.image_id = a.replaces_image_id and b.row_no <> a.row_no
    where (a.photo_role = 'before' and b.photo_role = 'after') or (a.photo_role = 'after' and b.photo_role = 'before')
),
familiar as (
    select *
    from replaced
    where
        apn is null
        or other_apn is null
        or apn = other_apn
        or exists (
            select 1
            from parcel_group as a
            inner join parcel_group as b using (group_kind, group_id)
            where a.apn = replaced.apn and b.apn = replaced.other_apn
        )
)
select target_id, row_no, sha256, other_sha256 from familiar
union
select target_id, other_row_no, other_sha256, sha256 from familiar;
