-- The findings of $department. A finding has one severity and one likely cause in the whole ledger, those of the date it
-- was last seen: so it stays in one column of the balance even when the suites change what they call it, or when a later
-- delivery tells more of how it came about. Numbers instead of text keys: the windows over millions of sightings then
-- need a third of the memory.
create or replace temp table ledger_finding as
with known as (
    select
        finding_id,
        department,
        any_value(rule_id) as rule_id,
        any_value(subject) as subject,
        arg_max(severity, as_of) as severity,
        max(as_of) as last_seen_on
    from ledger_sighting
    where department = $department
    group by finding_id, department
)
select row_number() over (order by k.finding_id) as no, k.*, nullif(c.cause, 'undetermined') as cause
from known k
left join finding_cause c on c.finding_id = k.finding_id and c.as_of = k.last_seen_on and c.rank = 1
