-- Totals of finding_impact over $departments under the name $name: of all, by rule, by cause, by what they hold up.
insert into impact_total by name
with told as (
    select
        impact.*,
        max(as_of) over () as newest,
        unnest([
            {dimension: 'all', value: ''},
            {dimension: 'rule', value: rule_id},
            {dimension: 'cause', value: cause},
            {dimension: 'council_district', value: coalesce(council_district, 'unknown')},
            {dimension: 'community_plan_area', value: coalesce(community_plan_area, 'unknown')},
            {dimension: 'venue', value: coalesce(venue, 'unknown')},
            {dimension: 'federal', value: if(is_federal, 'yes', 'no')},
            {dimension: 'disposal', value: disposal}
        ], recursive := true)
    from finding_impact as impact
    where list_contains($departments, department)
),
-- A unit once, however many records and findings it has; where they disagree on how many, the most.
unit as (
    select dimension, value, unit_key, max(dwelling_units) as units, max(defect_days) as days
    from told
    where unit_key is not null
    group by dimension, value, unit_key
),
units as (
    select dimension, value, sum(units)::bigint as dwelling_units, sum(units * days)::bigint as unit_days
    from unit
    group by dimension, value
),
counted as (
    select
        dimension,
        value,
        any_value(newest) as as_of,
        count(*) as findings,
        count(distinct (department, image_id)) filter (where image_id is not null) as images,
        count(distinct permit_number) as permits,
        count(distinct permit_number) filter (where not permit_finished) as permits_active,
        max(defect_days) as longest_days
    from told
    group by dimension, value
)
select
    $name as department,
    counted.as_of,
    counted.dimension,
    counted.value,
    counted.findings,
    counted.images,
    counted.permits,
    counted.permits_active,
    coalesce(units.dwelling_units, 0) as dwelling_units,
    coalesce(units.unit_days, 0) as unit_days,
    counted.longest_days
from counted
left join units using (dimension, value)
order by counted.dimension, counted.value;
