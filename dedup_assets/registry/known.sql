-- The registry's entries of one kind, and whether they are a complete roll.
select apn as entry, exists (from reference_file where layout = 'parcels') as complete
from parcel
where $kind = 'apn'
union
select unnest([apn, successor]), exists (from reference_file where layout = 'parcels') from parcel_lineage
where $kind = 'apn'
union all
select distinct pin, false from parcel_pin where $kind = 'pin'
union all
select permit_number, false from permit where $kind = 'permit';
