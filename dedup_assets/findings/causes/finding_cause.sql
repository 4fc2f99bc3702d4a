-- The candidates of the pass in order, those of one finding by how specific their cause is ($names, the most specific
-- first). Of one cause a finding keeps the occurrence with most support. A finding without candidate is undetermined.
insert into finding_cause by name
with known as (
    select
        unnest($names::text[]) as cause,
        unnest($versions::text[]) as version,
        generate_subscripts($names::text[], 1) as place
),
best as (
    select candidate.*, known.version, known.place
    from cause_candidate as candidate
    inner join known using (cause)
    qualify row_number() over (
        partition by candidate.finding_id, candidate.as_of, candidate.cause
        order by candidate.support desc, candidate.considered, candidate.occurrence_id
    ) = 1
)
select
    finding_id,
    department,
    as_of,
    row_number() over (partition by finding_id, as_of order by place)::integer as rank,
    cause,
    version,
    occurrence_id,
    support,
    considered,
    detail,
    suggested_apn
from best
union all by name
select
    finding_id,
    department,
    as_of,
    1 as rank,
    'undetermined' as cause,
    '1' as version,
    '' as occurrence_id,
    0 as support,
    0 as considered,
    '{}' as detail
from cause_finding
anti join best on best.finding_id = cause_finding.finding_id and best.as_of = cause_finding.as_of
order by department, as_of, finding_id, rank;
