-- The open findings with the lowest sha256(seed|finding id), $per_stratum of each department and rule.
with ranked as (
    select
        finding_id,
        department,
        rule_id,
        last_seen_on,
        count(*) over (partition by department, rule_id) as population,
        row_number() over (
            partition by department, rule_id
            order by sha256(concat($seed, '|', finding_id)), finding_id
        ) as place
    from finding_status
    where status = 'open' and list_contains($departments::text[], department)
)
select
    ranked.finding_id as case_id,
    'finding' as kind,
    ranked.department,
    ranked.rule_id,
    ranked.population,
    ranked.place,
    finding.subject,
    finding.delivery_id,
    finding.row_no,
    finding.condition,
    finding.evidence
from ranked
join finding on finding.finding_id = ranked.finding_id and finding.as_of = ranked.last_seen_on
where ranked.place <= $per_stratum
order by ranked.department, ranked.rule_id, ranked.place
