-- Every relation of PIN and APN that a file states, once a file.
insert into parcel_pin
select distinct pin, apn, source from read_pin
union
select distinct pin, apn, source from read_permit where pin is not null;
