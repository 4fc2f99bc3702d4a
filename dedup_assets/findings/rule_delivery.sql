-- What the suite delivery judges of $department at $dates: one row per date, none where nothing is due.
select
    as_of,
    0 as row_no,
    delivery_status,
    case when delivery_status in ('read', 'empty', 'unreadable') then delivery_status end as manifest_status,
    case when delivery_status = 'read' then rows_rejected end as rows_rejected
from delivery_fact
where department = $department and list_contains($dates, as_of) and delivery_status <> 'not_due'
order by as_of;
