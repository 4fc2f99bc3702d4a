-- The jurisdiction of every parcel, from placed_parcel (apn, stated, side: 1 in, -1 out, 0 not told, of_record,
-- boundary_m).
update parcel
set
    jurisdiction = case
        when placed.stated is not null then if(placed.stated, 'city', 'other')
        when placed.side <> 0 then if(placed.side > 0, 'city', 'other')
        when placed.of_record then 'city'
    end,
    jurisdiction_basis = case
        when placed.stated is not null then 'stated'
        when placed.side <> 0 then 'boundary'
        when placed.of_record then 'of_record'
    end,
    boundary_m = placed.boundary_m
from placed_parcel as placed
where placed.apn = parcel.apn;
