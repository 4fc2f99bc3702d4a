-- Parcels that are another jurisdiction's.
select count(*)::bigint as parcels from parcel where jurisdiction = 'other';
