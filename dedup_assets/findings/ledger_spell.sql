-- From each opening to its end: closed, withdrawn, or none yet. It is a repeat when the data had shown the finding gone.
create or replace temp table ledger_spell as
with moved as (
    select
        no,
        event,
        as_of as opened_on,
        lead(as_of) over history as ended_on,
        lead(event) over history as ending,
        lag(event) over history as ending_before
    from ledger_step
    where event not in ('seen_again', 'verified')
    -- What is opened and withdrawn at one date is opened first.
    window history as (partition by no order by as_of, event in ('closed', 'withdrawn'))
)
select
    m.no,
    f.rule_id,
    f.severity,
    f.cause,
    m.opened_on,
    m.ended_on,
    m.ending,
    coalesce(m.event = 'reopened' and m.ending_before = 'closed', false) as is_repeat
from moved m
join ledger_finding f using (no)
where m.event in ('opened', 'reopened')
