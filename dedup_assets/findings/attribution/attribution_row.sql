-- The rows of each batch in its own order, with what the picture's own evidence (GPS, file name) says of each: agrees,
-- differs or nothing. A place that two rows claim tells no order, so both are left out.
create or replace temp table attribution_row as
with said as (
    select
        delivery_id as target_id,
        row_no,
        bool_or(stance = 'supports') as agrees,
        bool_or(stance = 'contradicts') as differs
    from parcel_evidence
    semi join fact_target using (delivery_id)
    where source in ('gps', 'file_name')
    group by delivery_id, row_no
)
select
    record.target_id,
    record.batch_id,
    record.place,
    record.row_no,
    record.apn,
    case when said.agrees then 'agrees' when said.differs then 'differs' end as said
from attribution_record as record
left join said on said.target_id = record.target_id and said.row_no = record.row_no
where record.batch_id is not null and record.place is not null
qualify count(*) over (partition by record.target_id, record.batch_id, record.place) = 1;
