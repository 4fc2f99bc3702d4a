-- Where each finding of $department stands at the newest date, in our word and in that of 2 CFR 200.511(b).
insert into finding_status
with due as (
    select unnest($severities::text[]) as severity, unnest($days::integer[]) as days
),
newest as (
    select max(as_of) as as_of from period where department = $department
),
stepped as (
    select
        no,
        min(as_of) as first_found_on,
        max(as_of) filter (event = 'verified') as verified_on
    from ledger_step
    group by no
),
spell as (
    select
        no,
        max(opened_on) as opened_on,
        arg_max(coalesce(ending, 'open'), opened_on) as ending,
        -- arg_max skips nulls; a spell that goes on has no end.
        max(ended_on) filter (ended_on is not null) as ended_on,
        count(*) filter (is_repeat) as repeats
    from ledger_spell
    group by no
)
select
    f.finding_id,
    f.department,
    n.as_of,
    f.rule_id,
    f.cause,
    f.severity,
    case
        when p.ending = 'closed' and s.verified_on >= p.ended_on then 'verified'
        else p.ending
    end as status,
    case
        when p.ending = 'closed' and s.verified_on >= p.ended_on then 'fully corrected'
        when p.ending = 'closed' then 'partially corrected'
        when p.ending = 'withdrawn' then 'no longer valid'
        else 'not corrected'
    end as status_200_511,
    s.first_found_on,
    year(s.first_found_on) + (month(s.first_found_on) >= $fiscal_month)::integer as fiscal_year,
    p.opened_on,
    f.last_seen_on,
    case when p.ending <> 'open' then p.ended_on end as ended_on,
    case when s.verified_on >= p.ended_on and p.ending = 'closed' then s.verified_on end as verified_on,
    p.opened_on + due.days as due_on,
    case when p.ending = 'open' then n.as_of else p.ended_on end > p.opened_on + due.days as is_late,
    p.repeats
from ledger_finding f
join stepped s using (no)
join spell p using (no)
join due on due.severity = f.severity
cross join newest n
