-- What of one delivery lies in the tables: accepted rows and distinct rejected rows.
select
    (select count(*) from image_record where delivery_id = $delivery_id) as rows_accepted,
    (select count(distinct row_no) from rejected_row where delivery_id = $delivery_id) as rows_rejected;
