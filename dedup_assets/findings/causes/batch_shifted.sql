-- Findings about the parcels of shifted rows (new_shift, new_shift_row), with the re-alignment tried out: a finding
-- about a permit or PIN is gone when the parcel that the row gets back is one of record for it, or related to one; a
-- finding about GPS when that parcel is no more than $far metres away, one about a file name when it is named there.
-- Where the permit slipped together with the parcel they agree now, and move together: nothing to be gained or lost.
insert into cause_candidate by name
with moved as (
    select
        shift_row.delivery_id,
        shift_row.occurrence_id,
        shift_row.row_no,
        record.record_id,
        shift_row.to_apn,
        record.permit_family,
        record.permit_agreement,
        pin.canonical as pin,
        record.pin_agreement,
        record.content
    from new_shift_row as shift_row
    inner join cause_record as record
        on record.delivery_id = shift_row.delivery_id and record.row_no = shift_row.row_no
    left join identifier as pin on pin.kind = 'pin' and pin.raw = record.pin_raw
),
of_record as (
    select distinct moved.delivery_id, moved.record_id, 'permit_agreement' as fact, permit.apn
    from moved
    inner join permit on permit.family = moved.permit_family
    where moved.permit_agreement = 'disagrees' and permit.apn is not null
    union all
    select distinct moved.delivery_id, moved.record_id, 'pin_agreement', parcel_pin.apn
    from moved
    inner join parcel_pin on parcel_pin.pin = moved.pin
    where moved.pin_agreement = 'disagrees' and parcel_pin.apn is not null
    union all
    select
        moved.delivery_id,
        moved.record_id,
        'name_agreement',
        unnest(from_json(evidence.detail -> 'parcels', '["VARCHAR"]'))
    from moved
    inner join parcel_evidence as evidence
        on evidence.delivery_id = moved.delivery_id and evidence.row_no = moved.row_no
    where evidence.source = 'file_name' and evidence.stance = 'contradicts'
),
mended as (
    select distinct of_record.delivery_id, of_record.record_id, of_record.fact, moved.occurrence_id
    from of_record
    inner join moved using (delivery_id, record_id)
    left join parcel_group as one on one.apn = moved.to_apn
    left join parcel_group as other
        on other.apn = of_record.apn and other.group_kind = one.group_kind and other.group_id = one.group_id
    where of_record.apn = moved.to_apn or other.apn is not null
    union all
    -- A place: the parcel's point is no longer out of reach of the photograph's (degrees to metres).
    select moved.delivery_id, moved.record_id, 'gps_agreement', moved.occurrence_id
    from moved
    inner join parcel on parcel.apn = moved.to_apn
    inner join (
        select sha256, arg_max(struct_pack(lat := gps_latitude, lon := gps_longitude), algorithm_version) as gps
        from content
        where gps_latitude is not null and gps_longitude is not null
        group by sha256
    ) as place on place.sha256 = moved.content
    where
        sqrt(
            pow((parcel.latitude - place.gps.lat) * 111320, 2)
            + pow((parcel.longitude - place.gps.lon) * 111320 * cos(radians(parcel.latitude)), 2)
        ) <= $far
),
-- Every finding of the batch that says that its parcel is another one, whether the shift explains it or not.
standing as (
    select
        record.delivery_id,
        record.batch_id,
        count(*) as findings
    from cause_finding as finding
    inner join cause_record as record on record.record_id = finding.record_id
    where finding.fact in ('permit_agreement', 'pin_agreement', 'gps_agreement', 'name_agreement')
    group by record.delivery_id, record.batch_id
),
gone as (
    select mended.delivery_id, mended.occurrence_id, count(*) as findings
    from mended
    inner join cause_finding as finding on finding.record_id = mended.record_id and finding.fact = mended.fact
    group by mended.delivery_id, mended.occurrence_id
)
select
    finding.finding_id,
    finding.department,
    finding.as_of,
    'batch_shifted' as cause,
    new_shift.occurrence_id,
    new_shift.support,
    new_shift.considered,
    to_json({
        also_k: new_shift.shift -> 'also_k',
        batch_id: new_shift.batch_id,
        evidence: new_shift.shift -> 'evidence',
        k: (new_shift.shift ->> 'k')::integer,
        parcel_findings_after: coalesce(standing.findings, 0) - coalesce(gone.findings, 0),
        parcel_findings_before: coalesce(standing.findings, 0),
        rotated: (new_shift.shift ->> 'rotated')::boolean,
        rows_by: new_shift.shift ->> 'rows_by',
        rows_certain: new_shift.shift -> 'rows_certain',
        rows_possible: new_shift.shift -> 'rows_possible',
        rows_realigned: (new_shift.shift ->> 'rows_realigned')::integer
    }) as detail,
    moved.to_apn as suggested_apn
from moved
inner join new_shift using (delivery_id, occurrence_id)
inner join cause_finding as finding on finding.record_id = moved.record_id
left join standing on standing.delivery_id = new_shift.delivery_id and standing.batch_id = new_shift.batch_id
left join gone on gone.delivery_id = new_shift.delivery_id and gone.occurrence_id = new_shift.occurrence_id
where
    finding.fact in ('permit_agreement', 'pin_agreement', 'gps_agreement', 'name_agreement', 'unrelated_parcels');
