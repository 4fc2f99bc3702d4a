-- Every date at which a finding was seen. A finding about an image record is seen where the delivery in force shows
-- it; a finding about a delivery (rules DEL-*) is seen at its own date, which may have no delivery at all.
create or replace temp view ledger_sighting as
select f.finding_id, f.department, f.rule_id, f.subject, f.severity, d.as_of, d.is_read, d.reads
from finding f
join ledger_date d on d.department = f.department and d.delivery_id = f.delivery_id
where d.is_read and not starts_with(f.rule_id, 'DEL-')
union all
select f.finding_id, f.department, f.rule_id, f.subject, f.severity, d.as_of, d.is_read, d.reads
from finding f
join ledger_date d on d.department = f.department and d.as_of = f.as_of
where d.is_evaluated and starts_with(f.rule_id, 'DEL-')
