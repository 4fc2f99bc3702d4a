-- The records of $image_id in deliveries in force, the newest first.
select
    record.delivery_id,
    record.department,
    record.as_of,
    record.row_no,
    record.image_id,
    record.file_name,
    record.storage_uri,
    record.apn_raw,
    record.permit_number_raw,
    record.pin_raw,
    record.batch_id,
    record.batch_row_no,
    coalesce(fact.legitimate_reuse, false) as legitimate_reuse
from image_record as record
inner join delivery on delivery.delivery_id = record.delivery_id and delivery.in_force
left join image_fact as fact on fact.delivery_id = record.delivery_id and fact.row_no = record.row_no
where record.image_id = $image_id
order by record.as_of desc, record.department, record.row_no
