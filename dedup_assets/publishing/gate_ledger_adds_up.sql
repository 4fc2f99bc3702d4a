-- Balances that do not add up, or that open with another number than the one before closed with.
with ordered as (
    select
        *,
        lag(closing, 1, 0) over (partition by department, severity order by as_of) as before
    from ledger_balance
)
select department, count(*) as broken
from ordered
where opening + new + reopened - closed - withdrawn <> closing or opening <> before
group by department
order by department
