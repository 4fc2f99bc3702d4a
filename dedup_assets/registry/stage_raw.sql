-- Distinct raw identifiers of the staged rows: $kind apn_roll (the parcel file), apn_lineage (retired APNs and their
-- successors), apn_seen (all others), pin or permit.
-- An APN counts where its row has a usable key, so permits and PINs are read first.
with keyed_permit as (
    select apn_raw
    from stage_permit
    semi join stage_identity as named
        on named.kind = 'permit' and named.raw = permit_number_raw and named.canonical is not null
),
keyed_pin as (
    select apn_raw
    from stage_pin
    semi join stage_identity as named on named.kind = 'pin' and named.raw = pin_raw and named.canonical is not null
)
select distinct raw
from (
    select 'apn_roll' as kind, apn_raw as raw from stage_parcel
    union all
    select 'apn_lineage', apn_raw from stage_lineage
    union all
    select 'apn_lineage', successor_raw from stage_lineage
    union all
    select 'apn_seen', apn_raw from keyed_permit
    union all
    select 'apn_seen', apn_raw from keyed_pin
    union all
    select 'pin', pin_raw from stage_pin
    union all
    select 'pin', pin_raw from stage_permit
    union all
    select 'permit', permit_number_raw from stage_permit
)
where kind = $kind and raw is not null
order by raw;
