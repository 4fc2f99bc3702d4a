-- What was staged; a connection may live on.
drop table stage_permit;
drop table stage_parcel;
drop table stage_pin;
drop table stage_lineage;
drop table stage_identity;
drop table read_permit;
drop table read_pin;
drop table read_lineage;
drop table stage_jurisdiction;
drop macro point_of;
drop macro date_of;
