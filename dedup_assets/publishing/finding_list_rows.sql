-- Every finding of $department with where it stands, as it was last seen: what its own people work through. A
-- department's own tier only.
select
    status.department,
    status.finding_id,
    status.rule_id,
    status.severity,
    status.status,
    status.opened_on,
    status.due_on,
    status.ended_on,
    status.verified_on,
    status.is_late,
    finding.subject,
    finding.condition,
    finding.evidence,
    coalesce(cause.cause, 'undetermined') as cause,
    coalesce(cause.detail, '{}') as cause_detail,
    coalesce(impact.disposal, 'not_a_duplicate') as disposal,
    coalesce(impact.disposal_basis, '') as disposal_basis,
    fact.sha256,
    record.storage_uri,
    file.byte_size,
    coalesce(fact.apn, record.apn_raw) as parcel
from finding_status as status
inner join finding on finding.finding_id = status.finding_id and finding.as_of = status.last_seen_on
left join finding_cause as cause
    on cause.finding_id = status.finding_id and cause.as_of = status.last_seen_on and cause.rank = 1
left join finding_impact as impact on impact.finding_id = status.finding_id
left join image_fact as fact on fact.delivery_id = finding.delivery_id and fact.row_no = finding.row_no
left join image_record as record on record.delivery_id = finding.delivery_id and record.row_no = finding.row_no
left join image_file as file
    on file.delivery_id = record.delivery_id and file.storage_uri = record.storage_uri and file.status = 'ok'
where status.department = $department
-- One photograph a finding, should a manifest name two records alike.
qualify row_number() over (partition by status.finding_id order by record.storage_uri) = 1
order by
    case status.status when 'open' then 1 when 'closed' then 2 when 'verified' then 3 else 4 end,
    status.due_on,
    status.finding_id
