-- What happened to each finding of $department, under its own name.
insert into ledger_event
select f.finding_id, f.department, f.rule_id, f.severity, s.as_of, s.event
from ledger_step s
join ledger_finding f using (no)
