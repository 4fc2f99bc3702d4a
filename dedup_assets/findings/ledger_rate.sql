-- Of what was ever found until each date: what was corrected, whether at the first attempt, and what came back.
insert into ledger_rate
with life as (
    select
        f.severity,
        s.no,
        min(s.opened_on) as found_on,
        min(s.ended_on) filter (s.ending = 'closed') as corrected_on,
        min(s.opened_on) filter (s.is_repeat) as repeated_on
    from ledger_spell s
    join ledger_finding f using (no)
    group by f.severity, s.no
),
life_block as (
    select severity, found_on, corrected_on, repeated_on, count(*) as findings from life group by all
)
select
    p.department,
    p.as_of,
    v.severity,
    coalesce(sum(l.findings), 0)::bigint as found,
    coalesce(sum(l.findings) filter (l.corrected_on <= p.as_of), 0)::bigint as corrected,
    coalesce(
        sum(l.findings) filter (l.corrected_on <= p.as_of and (l.repeated_on is null or l.repeated_on > p.as_of)), 0
    )::bigint as corrected_at_first,
    coalesce(sum(l.findings) filter (l.repeated_on <= p.as_of), 0)::bigint as repeated
from period p
cross join (values ('critical'), ('warning'), ('info')) v (severity)
left join life_block l on l.severity = v.severity and l.found_on <= p.as_of
where p.department = $department
group by p.department, p.as_of, v.severity
