-- Own records whose permit or PIN belongs to another parcel than the one they are filed on, or whose picture was taken
-- somewhere else.
create or replace temp table fact_contradicted as
select own.target_id, own.row_no
from fact_own as own
inner join fact_link as link
    on
        link.apn = own.apn
        and link.agreement = 'disagrees'
        and ((link.kind = 'permit' and link.name = own.permit_number) or (link.kind = 'pin' and link.name = own.pin))
union
select target_id, row_no from attribution_gps where stance = 'contradicts';
