-- What each record's file name says of its parcel, with all the identifiers in it together: one that is of the parcel, or
-- of one that belongs with it, settles it. One row per record whose file name holds an identifier.
-- The keys of the detail stand in alphabetical order: canonical JSON.
create or replace temp table attribution_name_said as
select
    target_id,
    row_no,
    case
        when bool_or(is_related) then 'supports'
        when bool_or(named_apn is not null) and any_value(apn) is not null then 'contradicts'
        else 'inconclusive'
    end as stance,
    case
        when bool_or(is_related) then any_value(apn)
        when count(distinct named_apn) = 1 then min(named_apn)
    end as apn,
    to_json(struct_pack(
        identifiers := list_sort(list_distinct(list(canonical))),
        kinds := list_sort(list_distinct(list(kind))),
        maybe_day := bool_or(maybe_day and named_apn is null),
        parcels := min(named_apn, 10),
        parcels_in_all := count(distinct named_apn),
        related := bool_or(is_related) and not bool_or(is_filed)
    ))::text as detail
from attribution_file_name
group by target_id, row_no;
