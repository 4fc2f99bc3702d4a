-- The ledger of every department at every date, severities together.
select
    department,
    as_of::text as period,
    sum(opening)::bigint as opening,
    sum(new)::bigint as new,
    sum(reopened)::bigint as reopened,
    sum(closed)::bigint as closed,
    sum(withdrawn)::bigint as withdrawn,
    sum(closing)::bigint as closing
from read_parquet($ledger_balance)
group by department, as_of
order by department, as_of
