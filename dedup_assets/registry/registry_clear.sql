-- The registry's tables, empty.
delete from parcel;
delete from permit;
delete from parcel_pin;
delete from parcel_group;
delete from parcel_lineage;
delete from parcel_successor;
delete from registry_point;
delete from reference_file;
