-- The open findings of every department at its newest date by rule and likely cause, from the ledger, which adds up.
-- $departments may be restricted ones: the ledger's counts leave an enclave.
select flow.department, flow.rule_id, coalesce(flow.cause, 'undetermined') as cause, sum(flow.closing)::bigint as findings
from ledger_flow as flow
inner join (
    select department, max(as_of) as as_of
    from period
    where status <> 'not_due'
    group by department
) as newest on newest.department = flow.department and newest.as_of = flow.as_of
where list_contains($departments, flow.department)
group by flow.department, flow.rule_id, coalesce(flow.cause, 'undetermined')
having sum(flow.closing) > 0
order by flow.department, flow.rule_id, cause
