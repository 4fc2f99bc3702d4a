-- The open findings of $departments together: permits, dwelling units, the longest defect, those without cause.
with own as (
    select * from finding_impact where list_contains($departments, department)
)
select
    count(*) as findings,
    count(distinct permit_number) as permits,
    coalesce((
        select sum(units)
        from (select max(dwelling_units) as units from own where unit_key is not null group by unit_key)
    ), 0) as dwelling_units,
    coalesce(max(defect_days), 0) as longest_days,
    count(*) filter (where cause = 'undetermined') as without_cause
from own;
