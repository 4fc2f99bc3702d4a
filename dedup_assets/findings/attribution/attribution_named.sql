-- The identifiers in each record's file name. Ten digits that begin with a day that was, by the date of the delivery, may
-- be that day and a number: maybe_day.
create or replace temp table attribution_named as
select distinct
    own.target_id,
    own.row_no,
    own.apn,
    read.kind,
    read.canonical,
    read.kind = 'apn'
    and contains(own.name, read.canonical)
    and coalesce(try_strptime(left(read.canonical, 8), '%Y%m%d') <= own.as_of, false) as maybe_day
from attribution_read as read
inner join attribution_name as own on own.name = read.name;
