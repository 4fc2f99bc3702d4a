-- The findings of the periods in the temporary table cause_period, each with the fact that its rule judges and its record
-- in cause_record; null for those about a whole delivery.
create or replace temp table cause_finding as
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    finding.rule_id,
    finding.subject,
    finding.delivery_id,
    record.record_id,
    cause_rule.fact
from finding
semi join cause_period on cause_period.department = finding.department and cause_period.as_of = finding.as_of
left join cause_record as record on record.delivery_id = finding.delivery_id and record.row_no = finding.row_no
left join cause_rule on cause_rule.rule_id = finding.rule_id;
