-- The oldest open findings, those of one department, rule and day together: the $most oldest of such groups.
-- $departments are the unrestricted ones.
select department, rule_id, severity, opened_on, count(*) as findings
from finding_status
where list_contains($departments, department) and status = 'open'
group by department, rule_id, severity, opened_on
order by
    opened_on,
    case severity when 'critical' then 0 when 'warning' then 1 else 2 end,
    findings desc,
    department,
    rule_id
limit $most
