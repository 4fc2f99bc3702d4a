-- What moved at each date, and what was open before and after. Every date of the calendar has a row for every severity,
-- dates at which nothing was due too (nothing moves there): so the city's balance is the sum over its departments.
insert into ledger_balance
with moved as (
    select
        department,
        as_of,
        severity,
        count(*) filter (event = 'opened') as new,
        count(*) filter (event = 'reopened') as reopened,
        count(*) filter (event = 'closed') as closed,
        count(*) filter (event = 'withdrawn') as withdrawn
    from ledger_event
    where department = $department and event not in ('seen_again', 'verified')
    group by all
),
filled as (
    select
        p.department,
        p.as_of,
        s.severity,
        coalesce(m.new, 0) as new,
        coalesce(m.reopened, 0) as reopened,
        coalesce(m.closed, 0) as closed,
        coalesce(m.withdrawn, 0) as withdrawn,
        sum(coalesce(m.new + m.reopened - m.closed - m.withdrawn, 0)) over (
            partition by p.department, s.severity order by p.as_of
        )::bigint as closing
    from period p
    cross join (values ('critical'), ('warning'), ('info')) s (severity)
    left join moved m using (department, as_of, severity)
    where p.department = $department
)
select
    department,
    as_of,
    severity,
    closing - new - reopened + closed + withdrawn as opening,
    new,
    reopened,
    closed,
    withdrawn,
    closing
from filled
