-- Rows that no table took, by file and reason.
with accepted_permit as (select source, row_no from read_permit),
repeated as (select source, row_no from accepted_permit anti join permit using (source, row_no)),
named_parcel as (
    select stage.source, stage.row_no, named.canonical
    from stage_parcel as stage
    left join stage_identity as named on named.kind = 'apn' and named.raw = stage.apn_raw
)
select source, 'permit number' as reason, count(*)::bigint as rows
from stage_permit anti join accepted_permit using (source, row_no)
group by source
union all
select source, 'permit number seen before', count(*)::bigint from repeated group by source
union all
select source, 'PIN', count(*)::bigint from stage_pin anti join read_pin using (source, row_no) group by source
union all
select source, 'APN', count(*)::bigint from named_parcel where canonical is null group by source
union all
select source, 'APN seen before', (count(*) - count(distinct canonical))::bigint
from named_parcel
where canonical is not null
group by source
union all
select source, 'APN', count(*)::bigint from read_lineage where apn is null or successor is null group by source
union all
select source, 'date', count(*)::bigint
from read_lineage
where apn is not null and successor is not null and effective_date is null
group by source
order by source, reason;
