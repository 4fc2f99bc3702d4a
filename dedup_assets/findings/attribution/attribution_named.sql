-- The identifiers in each record's file name.
create or replace temp table attribution_named as
select distinct own.target_id, own.row_no, own.apn, read.kind, read.canonical
from attribution_read as read
inner join attribution_name as own on own.name = read.name;
