-- From when to when a finding of $department is withdrawn by a person's decision. A date of the calendar stands for
-- the days until the next one: a decision counts from the newest date at which it was taken (the first date, if it is
-- older than all), and so does its end. One that ended before the next date came has left no trace here.
-- A decision about a finding withdraws it with not_a_problem or not_duplicate. A decision about a pair with
-- not_a_problem withdraws the findings about copies that rest on this pair alone.
create or replace temp table ledger_withdrawal as
with decided as (
    -- Days as the city counts them: what was decided on the evening of the 31st is of that day.
    select
        * exclude (decided_at, ended_at),
        timezone($time_zone, timezone('UTC', decided_at))::date as began,
        timezone($time_zone, timezone('UTC', ended_at))::date as ended
    from decision
),
calendar as (
    select as_of from period where department = $department
),
stated as (
    select f.no, d.entry_no, d.began, d.ended
    from decided d
    join ledger_finding f on f.finding_id = d.subject
    where d.kind = 'finding' and d.verdict in ('not_a_problem', 'not_duplicate')
    union all
    select f.no, d.entry_no, d.began, d.ended
    from decided d
    join ledger_pair p
        on least(p.sha256, p.other_sha256) = d.sha256_a and greatest(p.sha256, p.other_sha256) = d.sha256_b
    join ledger_finding f using (no)
    where d.kind = 'pair' and d.verdict = 'not_a_problem'
),
dated as (
    select
        s.no,
        s.entry_no,
        s.ended,
        coalesce(max(c.as_of) filter (c.as_of <= s.began), min(c.as_of)) as from_on,
        case when s.ended is not null then coalesce(max(c.as_of) filter (c.as_of <= s.ended), min(c.as_of)) end as to_on
    from stated s
    cross join calendar c
    group by s.no, s.entry_no, s.ended
)
select no, from_on, to_on from dated where to_on is null or to_on > from_on
