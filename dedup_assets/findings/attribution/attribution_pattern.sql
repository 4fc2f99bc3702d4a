-- What all sources say of each record, as one number with two binary digits a source in the order of $sources (0: it is
-- silent, else the place of its stance in $stances), and where the parcel's number stands. There are few different ones,
-- and the rule decides each of them once.
create or replace temp table attribution_pattern as
with said as (
    select
        delivery_id as target_id,
        row_no,
        sum(
            list_position($stances::text[], stance)::bigint
            << (2 * (list_position($sources::text[], source) - 1))
        )::bigint as said,
        count(*) as spoke,
        bit_or(1::bigint << (list_position($sources::text[], source) - 1)) as heard
    from parcel_evidence
    semi join fact_target using (delivery_id)
    group by delivery_id, row_no
)
select
    record.target_id,
    record.row_no,
    record.apn,
    if(record.apn is null, 'none', coalesce(record.parcel_status, 'not_checked')) as parcel,
    coalesce(said.said, 0) as said,
    -- Every source speaks once.
    coalesce(said.spoke <> bit_count(said.heard), false) as is_doubled
from attribution_record as record
left join said on said.target_id = record.target_id and said.row_no = record.row_no;
