-- Reasons are said anew: the enclave's may quote the value that a rule stumbled over.
select
    department,
    as_of,
    rule_id,
    status,
    severity,
    dimension,
    evaluated,
    failing,
    mostly,
    suite,
    rules_sha256,
    case status
        when 'no_data' then 'there was nothing that the rule could judge'
        when 'error' then 'the rule could not be evaluated; why stands in the enclave'
        when 'not_applicable' then 'the rule does not apply to this department'
    end as reason
from rule_result
where department = $department
order by as_of, rule_id
