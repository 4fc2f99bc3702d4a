-- What auditors found about the cases they drew: of each case the result that was entered last, counted by rule and
-- department. Records without a finding have no rule.
select
    rule_id,
    department,
    count(*) filter (where outcome = 'confirmed') as confirmed,
    count(*) filter (where outcome = 'not confirmed') as not_confirmed,
    count(*) filter (where outcome = 'cannot tell') as cannot_tell
from (
    select *
    from audit_result
    qualify row_number() over (partition by case_id order by entry_no desc) = 1
)
group by rule_id, department
order by rule_id nulls last, department
