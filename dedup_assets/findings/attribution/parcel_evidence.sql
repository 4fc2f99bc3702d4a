-- What each source says of each record of the targets, but for the neighbours in its batch, which rest on this.
-- The keys of a detail stand in alphabetical order: canonical JSON.
insert into parcel_evidence
with near as (
    select latitude, longitude, list(apn order by metres, apn) as apns, any_value(parcels) as parcels
    from attribution_near
    group by latitude, longitude
),
gps as (
    select
        gps.target_id,
        gps.row_no,
        'gps' as source,
        gps.stance,
        case when gps.stance = 'supports' then gps.apn when near.parcels = 1 then near.apns[1] end as apn,
        to_json(struct_pack(
            distance_m := round(gps.distance_m, 1),
            error_m := if(gps.error_m > 0, gps.error_m, null),
            from_copy := gps.from_copy,
            latitude := gps.latitude,
            longitude := gps.longitude,
            nearest_parcel_m := round(nearest.metres, 1),
            parcels_here := near.apns[:10],
            parcels_here_in_all := near.parcels,
            points := gps.points,
            related_parcel := if(gps.stance = 'supports', gps.related_apn, null),
            spread_m := if(gps.points > 1, round(gps.farthest_m, 1), null),
            uncertainty_m := if(isfinite(gps.vague_m), gps.vague_m, null),
            why := gps.why
        ))::text as detail
    from attribution_gps as gps
    left join near on gps.stance <> 'supports' and near.latitude = gps.latitude and near.longitude = gps.longitude
    left join attribution_nearest as nearest
        on gps.stance <> 'supports' and nearest.latitude = gps.latitude and nearest.longitude = gps.longitude
),
name as (
    select target_id, row_no, 'file_name' as source, stance, apn, detail from attribution_name_said
),
permit_of as (
    select
        record.target_id,
        record.row_no,
        'permit_of_record' as source,
        case link.agreement when 'agrees' then 'supports' when 'disagrees' then 'contradicts' else 'inconclusive' end
            as stance,
        if(link.agreement = 'agrees', record.apn, record.permit_apn) as apn,
        to_json(struct_pack(
            parcel_of_record := record.permit_apn,
            permit_number := record.permit_number,
            related := coalesce(link.agreement = 'agrees' and record.permit_apn <> record.apn, false),
            why := case
                when record.permit_status <> 'known' then 'permit_' || record.permit_status
                when record.apn is null then 'no_parcel'
                when link.agreement = 'inconclusive' then 'no_parcel_of_record'
            end
        ))::text as detail
    from attribution_record as record
    left join fact_link as link
        on link.kind = 'permit' and link.name = record.permit_number and link.apn = record.apn
    where record.permit_number is not null
),
pin_parcel as (
    select pin, min(apn) as apn, count(distinct apn) as parcels
    from parcel_pin
    where apn is not null and pin in (select pin from attribution_record)
    group by pin
),
pin_of as (
    select
        record.target_id,
        record.row_no,
        'pin_relation' as source,
        case link.agreement when 'agrees' then 'supports' when 'disagrees' then 'contradicts' else 'inconclusive' end
            as stance,
        if(link.agreement = 'agrees', record.apn, if(pin_parcel.parcels = 1, pin_parcel.apn, null)) as apn,
        to_json(struct_pack(
            parcels_of_pin := coalesce(pin_parcel.parcels, 0),
            pin := record.pin,
            why := case
                when record.pin_status <> 'known' then 'pin_' || record.pin_status
                when record.apn is null then 'no_parcel'
                when link.agreement = 'inconclusive' then 'no_parcel_of_record'
            end
        ))::text as detail
    from attribution_record as record
    left join fact_link as link on link.kind = 'pin' and link.name = record.pin and link.apn = record.apn
    left join pin_parcel on pin_parcel.pin = record.pin
    where record.pin is not null
),
copies as (
    select
        record.target_id,
        record.row_no,
        'same_photograph' as source,
        case
            when copy.unrelated > 0 then 'contradicts'
            when record.apn is not null and copy.placed > 0 then 'supports'
            else 'inconclusive'
        end as stance,
        if(record.apn is not null and copy.placed > 0 and copy.unrelated = 0, record.apn, copy.other_apn) as apn,
        to_json(struct_pack(
            other_records := copy.others, same_parcel := copy.here, unrelated_parcels := copy.unrelated
        ))::text as detail
    from attribution_record as record
    inner join attribution_copy as copy
        on
            copy.target_id = record.target_id
            and copy.content = record.sha256
            and copy.apn is not distinct from record.apn
),
successor as (
    select
        apn,
        min(stale_from) as stale_from,
        count(*) as successors,
        min(successor) as successor,
        min(successor, 10) as listed
    from parcel_successor
    group by apn
),
lineage as (
    select
        record.target_id,
        record.row_no,
        'lineage' as source,
        if(record.parcel_status = 'stale', 'contradicts', 'inconclusive') as stance,
        if(successor.successors = 1, successor.successor, null) as apn,
        to_json(struct_pack(
            stale_from := successor.stale_from,
            successors := successor.listed,
            successors_in_all := successor.successors
        ))::text as detail
    from attribution_record as record
    inner join successor on successor.apn = record.apn
),
roll as (
    select exists (from reference_file where layout = 'parcels') as is_complete
),
reports as (
    select
        record.target_id,
        record.row_no,
        'reports' as source,
        'contradicts' as stance,
        if(count(distinct report.to_apn) = 1, min(report.to_apn), null) as apn,
        to_json(struct_pack(
            first_reported := min(report.reported_at)::date,
            parcels := list_sort(list_distinct(list(report.to_apn)))[:10],
            reports := count(*),
            roles := list_sort(list_distinct(list(report.reporter)))
        ))::text as detail
    from attribution_record as record
    inner join fact_own as own on own.target_id = record.target_id and own.row_no = record.row_no
    inner join report_scope as report
        on report.sha256 = record.sha256 and report.filed_apn = record.apn and report.department = own.department
    where report.from_as_of is null or own.as_of >= report.from_as_of
    group by record.target_id, record.row_no
),
registered as (
    select
        record.target_id,
        record.row_no,
        'registry' as source,
        if(record.parcel_status = 'unknown' and roll.is_complete, 'contradicts', 'inconclusive') as stance,
        null::text as apn,
        to_json(struct_pack(complete_roll := roll.is_complete, status := record.parcel_status))::text as detail
    from attribution_record as record
    cross join roll
    where record.parcel_status not in ('missing', 'not_checked')
)
from gps
union all
from name
union all
from permit_of
union all
from pin_of
union all
from copies
union all
from lineage
union all
from reports
union all
from registered;
