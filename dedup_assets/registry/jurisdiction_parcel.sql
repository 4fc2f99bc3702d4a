-- Every parcel with its point, the city that the parcel file states, and whether a PIN or city permit names it.
select
    parcel.apn,
    parcel.latitude,
    parcel.longitude,
    stage.stated,
    parcel.apn in (
        select apn from permit where apn is not null union select apn from parcel_pin where apn is not null
    ) as of_record
from parcel
left join stage_jurisdiction as stage on stage.apn = parcel.apn
order by parcel.apn;
