-- What each department brings to the city's measures: A, B and N of what is in force of it at a date.
-- A department with nothing due keeps its last measures. One that never delivered has no population of its own: it
-- counts with the average population of the others, so that its absence is seen in the city's coverage.
create or replace temp table city_member as
with member as (
    select unnest($departments::text[]) as department
),
calendar as (
    select distinct as_of from period where list_contains($departments::text[], department)
),
latest as (
    select
        m.department,
        c.as_of,
        max(p.as_of) filter (p.status <> 'not_due') as measured_at,
        coalesce(bool_or(p.status = 'read'), false) as has_delivered,
        count(p.as_of) as dates
    from member m
    cross join calendar c
    left join period p on p.department = m.department and p.as_of <= c.as_of
    group by m.department, c.as_of
),
measured as (
    select l.as_of, l.department, l.has_delivered, m.dimension, m.defects, m.measured, m.population
    from latest l
    join measure m on m.department = l.department and m.as_of = l.measured_at
),
-- A department of which this warehouse knows nothing (its aggregates have not been released) is not left out either.
unknown as (
    select l.as_of, l.department, d.dimension
    from latest l
    cross join (select unnest($dimensions::text[]) as dimension) d
    where (l.dates = 0 or l.measured_at is not null)
        and not exists (from measured m where m.as_of = l.as_of and m.department = l.department)
),
pooled as (
    from measured
    union all by name
    select as_of, department, dimension, false as has_delivered, 0 as defects, 0 as measured, 1 as population
    from unknown
),
estimated as (
    select
        as_of,
        department,
        dimension,
        defects,
        measured,
        case
            when has_delivered or dimension = 'timeliness' then population
            else greatest(
                population, coalesce(ceil(avg(population) filter (has_delivered) over (partition by as_of, dimension)), 1)
            )::bigint
        end as population
    from pooled
)
select as_of, department, dimension, defects, measured, population
from estimated
