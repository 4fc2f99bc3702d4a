-- Findings of records outside the grammar of their department (new_naming), about parcels and copies.
insert into cause_candidate by name
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'inconsistent_naming' as cause,
    new_naming.grammar as occurrence_id,
    new_naming.wrong as support,
    new_naming.outside as considered,
    to_json({
        chance: new_naming.chance,
        grammar: new_naming.grammar,
        records_inside: new_naming.inside,
        records_outside: new_naming.outside,
        shape: shape.shape,
        wrong_inside: new_naming.wrong_inside,
        wrong_outside: new_naming.wrong
    }) as detail
from new_naming
inner join naming_shape as shape
    on
        shape.department = new_naming.department
        and shape.as_of = new_naming.as_of
        and shape.shape <> new_naming.grammar
inner join cause_finding as finding on finding.record_id = shape.record_id
where
    finding.fact in (
        'redundant_in_department', 'unrelated_parcels', 'permit_agreement', 'pin_agreement', 'gps_agreement'
    );
