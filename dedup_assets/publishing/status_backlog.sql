-- The findings open at every department's newest date, by severity.
with newest as (
    select *, rank() over (partition by department order by as_of desc) as place
    from read_parquet($ledger_balance)
)
select
    department as name,
    coalesce(sum(closing) filter (severity = 'critical'), 0)::bigint as critical,
    coalesce(sum(closing) filter (severity = 'warning'), 0)::bigint as warning,
    coalesce(sum(closing) filter (severity = 'info'), 0)::bigint as info
from newest
where place = 1
group by department
order by department
