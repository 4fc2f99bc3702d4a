-- Up to $examples findings of every rule of every department at the newest date for which something was due of it, with
-- the photograph that each is about. $departments are the unrestricted ones; no other department's rows are read.
-- Findings are taken in the order of their ids, which are digests: an even pick, and the same one in every run.
select
    finding.department,
    finding.rule_id,
    finding.finding_id,
    finding.subject,
    finding.condition,
    finding.evidence,
    fact.sha256,
    record.storage_uri,
    file.byte_size,
    coalesce(fact.apn, record.apn_raw) as parcel
from finding
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = finding.department and newest.as_of = finding.as_of
left join image_fact as fact on fact.delivery_id = finding.delivery_id and fact.row_no = finding.row_no
left join image_record as record on record.delivery_id = finding.delivery_id and record.row_no = finding.row_no
left join image_file as file
    on file.delivery_id = record.delivery_id and file.storage_uri = record.storage_uri and file.status = 'ok'
where list_contains($departments, finding.department)
qualify row_number() over (partition by finding.department, finding.rule_id order by finding.finding_id) <= $examples
order by finding.department, finding.rule_id, finding.finding_id
