-- Every pattern of stances that occurs.
select distinct parcel, said from attribution_pattern order by parcel, said
