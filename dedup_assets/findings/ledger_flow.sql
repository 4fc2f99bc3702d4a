-- The balance by rule and likely cause: what moved at each date and what is open. A rule and cause have rows from their
-- first finding on. A cause is null where none is determined, and nulls are one cause here.
insert into ledger_flow
with due as (
    select unnest($severities::text[]) as severity, unnest($days::integer[]) as days
),
moved as (
    select
        f.rule_id,
        f.cause,
        f.severity,
        s.as_of,
        count(*) filter (s.event = 'opened') as new,
        count(*) filter (s.event = 'reopened') as reopened,
        count(*) filter (s.event = 'closed') as closed,
        count(*) filter (s.event = 'withdrawn') as withdrawn,
        count(*) filter (s.event = 'verified') as verified
    from ledger_step s
    join ledger_finding f using (no)
    where s.event <> 'seen_again'
    group by all
),
known as (
    select rule_id, cause, severity, min(as_of) as first_on from moved group by all
),
late as (
    select b.rule_id, b.cause, b.severity, p.as_of, sum(b.findings)::bigint as overdue
    from period p
    join ledger_block b on b.ended_on is null or b.ended_on > p.as_of
    join due d on d.severity = b.severity and b.opened_on + d.days < p.as_of
    where p.department = $department
    group by all
),
filled as (
    select
        p.department,
        p.as_of,
        k.rule_id,
        k.cause,
        k.severity,
        coalesce(m.new, 0) as new,
        coalesce(m.reopened, 0) as reopened,
        coalesce(m.closed, 0) as closed,
        coalesce(m.withdrawn, 0) as withdrawn,
        coalesce(m.verified, 0) as verified,
        sum(coalesce(m.new + m.reopened - m.closed - m.withdrawn, 0)) over (
            partition by k.rule_id, k.cause, k.severity order by p.as_of
        )::bigint as closing,
        coalesce(l.overdue, 0) as overdue
    from period p
    join known k on k.first_on <= p.as_of
    left join moved m
        on (m.rule_id, m.severity, m.as_of) = (k.rule_id, k.severity, p.as_of) and m.cause is not distinct from k.cause
    left join late l
        on (l.rule_id, l.severity, l.as_of) = (k.rule_id, k.severity, p.as_of) and l.cause is not distinct from k.cause
    where p.department = $department
)
select
    department,
    as_of,
    rule_id,
    cause,
    severity,
    closing - new - reopened + closed + withdrawn as opening,
    new,
    reopened,
    closed,
    withdrawn,
    closing,
    verified,
    overdue
from filled
