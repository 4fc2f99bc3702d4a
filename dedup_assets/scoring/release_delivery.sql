-- The digest is of the manifest as a whole: it identifies the delivery and nothing in it.
select
    delivery_id,
    department,
    as_of,
    version,
    uri,
    format,
    sha256,
    byte_size,
    status,
    case status
        when 'unreadable' then 'the manifest could not be read; why stands in the enclave'
        when 'empty' then 'the manifest holds no rows'
        when 'repeated' then 'the same bytes as for an earlier date'
    end as reason,
    in_force,
    contract_version,
    contract_sha256,
    rows_in,
    rows_accepted,
    rows_rejected
from delivery
where department = $department
order by as_of, version
