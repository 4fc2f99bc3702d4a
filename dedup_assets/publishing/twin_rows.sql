-- The records that findings name beside their own ($named_departments and $named_images, place by place), each from its
-- department's newest delivery that something was due of. $departments are the unrestricted ones.
select
    fact.department,
    fact.image_id,
    fact.sha256,
    record.storage_uri,
    file.byte_size,
    coalesce(fact.apn, record.apn_raw) as parcel
from (
    select distinct unnest($named_departments::text[]) as department, unnest($named_images::text[]) as image_id
) as named
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = named.department
inner join image_fact as fact
    on fact.department = named.department and fact.image_id = named.image_id and fact.as_of = newest.as_of
inner join image_record as record on record.delivery_id = fact.delivery_id and record.row_no = fact.row_no
left join image_file as file
    on file.delivery_id = record.delivery_id and file.storage_uri = record.storage_uri and file.status = 'ok'
where list_contains($departments, fact.department)
qualify row_number() over (partition by fact.department, fact.image_id order by fact.row_no) = 1
order by fact.department, fact.image_id
