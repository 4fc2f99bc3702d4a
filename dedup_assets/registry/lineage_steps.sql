-- Every step of the lineage of record.
select apn, successor, effective_date from parcel_lineage order by apn, successor;
