-- The APNs of parcels outside the city.
select apn from parcel where jurisdiction = 'other' order by apn;
