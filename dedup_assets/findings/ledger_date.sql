-- The dates of each department, with the number of deliveries read so far. A view, so that every query of the ledger
-- means the same by "the next delivery".
create or replace temp view ledger_date as
select
    department,
    as_of,
    delivery_id,
    status = 'read' as is_read,
    status <> 'not_due' as is_evaluated,
    count(*) filter (status = 'read') over (partition by department order by as_of) as reads
from period
