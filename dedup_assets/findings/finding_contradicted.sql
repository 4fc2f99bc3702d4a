-- The same as fact_contradicted.sql for the records of finding_own.sql, from what their facts and evidence say.
create or replace temp table fact_contradicted as
select own.target_id, own.row_no
from fact_own as own
inner join image_fact as fact on fact.delivery_id = own.target_id and fact.row_no = own.row_no
where fact.permit_agreement = 'disagrees' or fact.pin_agreement = 'disagrees'
union
select own.target_id, own.row_no
from fact_own as own
inner join parcel_evidence as seen on seen.delivery_id = own.target_id and seen.row_no = own.row_no
where seen.source = 'gps' and seen.stance = 'contradicts';
