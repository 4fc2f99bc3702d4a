-- The findings of $department. A finding has one severity in the whole ledger, that of the date it was last seen: so it
-- stays in one column of the balance even when the suites change what they call it. Numbers instead of text keys: the
-- windows over millions of sightings then need a third of the memory.
create or replace temp table ledger_finding as
select row_number() over (order by finding_id) as no, *
from (
    select
        finding_id,
        department,
        any_value(rule_id) as rule_id,
        any_value(subject) as subject,
        arg_max(severity, as_of) as severity
    from ledger_sighting
    where department = $department
    group by finding_id, department
)
