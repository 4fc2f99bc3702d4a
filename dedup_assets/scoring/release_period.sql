-- Reasons are said anew: one of the enclave's may quote the manifest.
select
    department,
    as_of,
    delivery_id,
    status,
    case status
        when 'missing' then 'no delivery'
        when 'unreadable' then 'the manifest could not be read; why stands in the enclave'
        when 'empty' then 'the manifest holds no rows'
        when 'not_due' then 'nothing was due'
    end as reason
from period
where department = $department
order by as_of
