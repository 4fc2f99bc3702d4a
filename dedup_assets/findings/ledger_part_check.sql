-- The dates and severities at which the parts of the ledger do not add up to its balance.
with aged as (
    select department, as_of, severity, sum(findings)::bigint as findings, sum(overdue)::bigint as overdue
    from ledger_age
    where department = $department
    group by all
),
flowed as (
    select
        department,
        as_of,
        severity,
        sum(new)::bigint as new,
        sum(reopened)::bigint as reopened,
        sum(closed)::bigint as closed,
        sum(withdrawn)::bigint as withdrawn,
        sum(closing)::bigint as closing,
        sum(overdue)::bigint as overdue
    from ledger_flow
    where department = $department
    group by all
)
select
    b.department,
    b.as_of,
    b.severity,
    case
        when a.findings is distinct from b.closing then 'the ages do not add up to closing'
        when a.overdue is distinct from o.overdue then 'the ages do not add up to what is overdue'
        when coalesce(f.overdue, 0) <> o.overdue then 'the rules do not add up to what is overdue'
        else 'the rules do not add up to the balance'
    end as fault,
    b.closing,
    a.findings as aged,
    f.closing as of_rules,
    o.overdue,
    a.overdue as aged_overdue,
    f.overdue as overdue_of_rules
from ledger_balance b
left join aged a using (department, as_of, severity)
left join flowed f using (department, as_of, severity)
left join overdue o using (department, as_of, severity)
where b.department = $department
    and (
        a.findings is distinct from b.closing
        or a.overdue is distinct from o.overdue
        or coalesce(f.overdue, 0) is distinct from o.overdue
        or (coalesce(f.new, 0), coalesce(f.reopened, 0), coalesce(f.closed, 0), coalesce(f.withdrawn, 0))
            is distinct from (b.new, b.reopened, b.closed, b.withdrawn)
        or coalesce(f.closing, 0) <> b.closing
    )
order by b.as_of, b.severity
