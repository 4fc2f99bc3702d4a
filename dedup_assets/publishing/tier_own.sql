-- What only a department itself reads beside its records: the evidence behind them, and the registry it is held against.
create view tier_views.attribution as
select attribution.*
from warehouse.attribution as attribution
inner join tier_views.tier_shown as shown on shown.department = attribution.department;

create view tier_views.batch_damage as
select damage.*
from warehouse.batch_damage as damage
inner join tier_views.tier_shown as shown on shown.department = damage.department;

create view tier_views.rejected_row as
select rejected.*
from warehouse.rejected_row as rejected
inner join tier_views.tier_shown as shown on shown.department = rejected.department;

-- Identifiers are kept once for a whole pool: only those that the department's own records give.
create view tier_views.identifier as
select identifier.*
from warehouse.identifier as identifier
where
    identifier.raw in (
        select unnest([record.apn_raw, record.pin_raw, record.permit_number_raw]) from tier_views.image_record as record
    );

create view tier_views.parcel as from warehouse.parcel;
create view tier_views.parcel_pin as from warehouse.parcel_pin;
create view tier_views.parcel_group as from warehouse.parcel_group;
create view tier_views.parcel_lineage as from warehouse.parcel_lineage;
create view tier_views.parcel_successor as from warehouse.parcel_successor;
create view tier_views.permit as from warehouse.permit;
