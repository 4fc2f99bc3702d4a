-- The correction list of $department: one row an image record with open findings about its parcel or a copy, the most
-- urgent first. $facts: what those findings are about.
with standing as (
    select
        status.finding_id,
        status.as_of,
        status.rule_id,
        status.severity,
        case status.severity when 'critical' then 1 when 'warning' then 2 else 3 end as urgency,
        status.due_on,
        finding.subject as image_id,
        finding.delivery_id,
        finding.row_no,
        finding.condition,
        finding.evidence,
        impact_rule.fact,
        cause.cause,
        cause.detail,
        cause.suggested_apn
    from finding_status as status
    inner join finding on finding.finding_id = status.finding_id and finding.as_of = status.last_seen_on
    inner join impact_rule on impact_rule.rule_id = status.rule_id
    left join finding_cause as cause
        on cause.finding_id = status.finding_id and cause.as_of = status.last_seen_on and cause.rank = 1
    where
        status.department = $department
        and status.status = 'open'
        and finding.row_no is not null
        and list_contains($facts, impact_rule.fact)
),
image as (
    select
        delivery_id,
        row_no,
        any_value(image_id) as image_id,
        any_value(as_of) as as_of,
        list(distinct rule_id order by rule_id) as rules,
        list(distinct fact) as facts,
        list(finding_id order by finding_id) as findings,
        min(urgency) as urgency,
        min(due_on) as due_on,
        string_agg(condition, ' ' order by rule_id) as evidence,
        -- The causes of a record's findings seldom differ; that of the most urgent finding with one is given.
        arg_min(
            struct_pack(cause := coalesce(cause, 'undetermined'), detail := coalesce(detail, '{}')),
            (cause is null or cause = 'undetermined', urgency, rule_id)
        ) as likely,
        max(suggested_apn) as shift_apn,
        max(json_extract_string(evidence, '$.kept')) as kept
    from standing
    group by delivery_id, row_no
),
damaged as (
    -- A damaged parcel number that several entries fit: the one that the permit is for decides.
    select image.delivery_id, image.row_no, any_value(permit.apn) as apn
    from image
    inner join image_record as record on record.delivery_id = image.delivery_id and record.row_no = image.row_no
    inner join image_fact as fact on fact.delivery_id = image.delivery_id and fact.row_no = image.row_no
    inner join identifier on identifier.kind = 'apn' and identifier.raw = record.apn_raw
    inner join permit on permit.permit_number = fact.permit_number
    where list_contains(image.facts, 'malformed_identifiers') and list_contains(identifier.candidates, permit.apn)
    group by image.delivery_id, image.row_no
),
pin_parcel as (
    select pin, min(apn) as apn from parcel_pin where apn is not null group by pin having count(distinct apn) = 1
),
successor as (
    select apn, min(successor) as successor from parcel_successor group by apn having count(*) = 1
),
placed as (
    select
        image.*,
        record.apn_raw,
        record.batch_id,
        fact.apn as from_parcel,
        coalesce(
            case when image.shift_apn is not null then {apn: image.shift_apn, basis: 'batch_shift'} end,
            case when attribution.apn is not null then {apn: attribution.apn, basis: 'attribution'} end,
            case
                when list_contains(image.facts, 'permit_agreement') and permit.apn is not null
                    then {apn: permit.apn, basis: 'permit_of_record'}
            end,
            case
                when list_contains(image.facts, 'pin_agreement') and pin_parcel.apn is not null
                    then {apn: pin_parcel.apn, basis: 'pin_of_record'}
            end,
            case when damaged.apn is not null then {apn: damaged.apn, basis: 'permit_of_record'} end,
            case
                when list_contains(image.facts, 'parcel_lineage') and successor.successor is not null
                    then {apn: successor.successor, basis: 'parcel_lineage'}
            end
        ) as proposal
    from image
    inner join image_record as record on record.delivery_id = image.delivery_id and record.row_no = image.row_no
    inner join image_fact as fact on fact.delivery_id = image.delivery_id and fact.row_no = image.row_no
    left join correction_attribution as attribution
        on attribution.delivery_id = image.delivery_id and attribution.row_no = image.row_no
    left join permit on permit.permit_number = fact.permit_number
    left join identifier as pin on pin.kind = 'pin' and pin.raw = record.pin_raw
    left join pin_parcel on pin_parcel.pin = pin.canonical
    left join damaged on damaged.delivery_id = image.delivery_id and damaged.row_no = image.row_no
    left join successor on successor.apn = fact.apn
)
select
    image_id,
    as_of,
    ['critical', 'warning', 'info'][urgency] as severity,
    due_on,
    rules,
    findings,
    apn_raw as from_parcel_raw,
    from_parcel,
    if(proposal.apn is distinct from from_parcel, proposal.apn, null) as to_parcel,
    if(proposal.apn is distinct from from_parcel, proposal.basis, null) as to_parcel_basis,
    evidence,
    likely.cause as cause,
    likely.detail as cause_detail,
    batch_id,
    kept as copy_of
from placed
order by urgency, due_on, batch_id nulls last, row_no;
