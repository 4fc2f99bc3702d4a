-- The findings themselves. A finding has one severity in the whole ledger, that of the date it was last seen: so it
-- stays in one column of the balance even when the suites change what they call it.
create or replace temp view ledger_subject as
select finding_id, department, any_value(rule_id) as rule_id, arg_max(severity, as_of) as severity
from ledger_sighting
group by finding_id, department
