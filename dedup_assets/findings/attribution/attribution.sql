-- The attribution of every record, by the line of the rule that decided its pattern (attribution_decided).
-- The parcel pointed to: of those that any source is consistent with and the record is not filed on, the first source in
-- the order of the rule chooses, each further one narrows down, and more than one left is a tie. Each source is one
-- binary digit, so the greatest number is just that; it is an order, not a score.
insert into attribution by name
with decided as (
    select pattern.target_id, pattern.row_no, pattern.apn, decided.*
    from attribution_pattern as pattern
    inner join attribution_decided as decided
        on decided.pattern_parcel = pattern.parcel and decided.pattern_said = pattern.said
),
candidate as (
    select
        decided.target_id,
        decided.row_no,
        pointer.apn,
        sum(1::bigint << (len($sources) - list_position($sources::text[], pointer.source)))::bigint as rank,
        list(pointer.source) as sources
    from decided
    inner join (
        from attribution_pointer
        union all
        select delivery_id, row_no, source, apn
        from parcel_evidence
        semi join fact_target using (delivery_id)
        where source = 'batch_neighbours' and apn is not null
    ) as pointer
        on pointer.target_id = decided.target_id and pointer.row_no = decided.row_no
    where decided.supported = 'pointed' and pointer.apn is distinct from decided.apn
    group by decided.target_id, decided.row_no, pointer.apn
),
pointed as (
    select target_id, row_no, if(count(*) = 1, min(apn), null) as apn, any_value(sources) as sources
    from (
        select * from candidate qualify rank = max(rank) over (partition by target_id, row_no)
    )
    group by target_id, row_no
)
select
    decided.target_id as delivery_id,
    own.department,
    own.as_of,
    decided.row_no,
    own.image_id,
    decided.apn,
    decided.status,
    case decided.supported when 'filed' then decided.apn when 'pointed' then pointed.apn end as parcel,
    decided.line as decided_by,
    list_filter(
        $sources::text[],
        lambda source: list_contains(decided.sources, source)
            or (pointed.apn is not null and list_contains(pointed.sources, source))
    ) as sources,
    $version as rule_version
from decided
inner join fact_own as own on own.target_id = decided.target_id and own.row_no = decided.row_no
left join pointed on pointed.target_id = decided.target_id and pointed.row_no = decided.row_no;
