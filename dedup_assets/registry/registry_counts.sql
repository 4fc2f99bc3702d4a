-- What the registry holds: parcels, permits, distinct PINs.
select
    (select count(*) from parcel) as parcels,
    (select count(*) from permit) as permits,
    (select count(distinct pin) from parcel_pin) as pins;
