-- Rows that a table took, by file.
select source, count(*)::bigint as rows from permit group by source
union all
select source, count(*)::bigint from read_pin group by source
union all
select source, count(*)::bigint
from read_lineage
where apn is not null and successor is not null and effective_date is not null
group by source
union all
select source, count(*)::bigint from parcel where source in (select source from stage_parcel) group by source
order by source;
