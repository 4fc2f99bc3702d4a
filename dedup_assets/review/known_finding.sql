-- The class of evidence of a finding, no row when there is no such finding: a rule of the suites made it.
select 'rule' as evidence_class from finding where finding_id = $finding_id limit 1
