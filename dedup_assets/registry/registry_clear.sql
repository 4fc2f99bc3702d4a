-- The registry's tables, empty.
delete from parcel;
delete from permit;
delete from parcel_pin;
delete from parcel_group;
delete from reference_file;
