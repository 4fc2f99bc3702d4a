-- Of each delivery with a grammar that holds for a share of its names: records outside and inside it, and those of them
-- with a finding about the parcel or a copy that no more specific cause explains. Findings about file names themselves are
-- left out: only names with an identifier have any, so they would prove nothing about the grammar.
with unexplained as (
    select distinct finding.record_id
    from cause_finding as finding
    anti join cause_candidate
        on cause_candidate.finding_id = finding.finding_id and cause_candidate.as_of = finding.as_of
    where
        finding.fact in (
            'redundant_in_department', 'unrelated_parcels', 'permit_agreement', 'pin_agreement', 'gps_agreement'
        )
)
select
    grammar.department,
    grammar.as_of,
    grammar.grammar,
    count(*) filter (where unexplained.record_id is not null and shape.shape <> grammar.grammar) as wrong,
    count(*) filter (where shape.shape <> grammar.grammar) as outside,
    count(*) filter (where unexplained.record_id is not null and shape.shape = grammar.grammar) as wrong_inside,
    count(*) filter (where shape.shape = grammar.grammar) as inside
from naming_grammar as grammar
inner join naming_shape as shape on shape.department = grammar.department and shape.as_of = grammar.as_of
left join unexplained on unexplained.record_id = shape.record_id
where grammar.fitting >= $share * grammar.records
group by grammar.department, grammar.as_of, grammar.grammar
order by grammar.department, grammar.as_of;
