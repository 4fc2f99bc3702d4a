-- What the causes of each judged period of $department follow from: what its rules followed from, the columns that only
-- causes read, the damage of its batches, the registry, the deliveries up to its date, and the causes ($versions).
with columns_read as (
    select
        delivery_id,
        count(*) as records,
        sum(hash(row_no, file_name, batch_row_no, upload_channel)::hugeint % 4294967291) as digest
    from image_record
    where department = $department
    group by delivery_id
),
damaged as (
    select
        delivery_id,
        sum(hash(
            batch_id, column_name, transformation, rows_given, rows_affected, rows_restored, rows_in_registry,
            rows_ambiguous, rows_lost
        )::hugeint % 4294967291) as digest
    from batch_damage
    where department = $department
    group by delivery_id
),
series as (
    select
        period.as_of,
        string_agg(
            concat_ws(':', delivery.as_of, delivery.status, delivery.sha256),
            ',' order by delivery.as_of, delivery.version
        ) as digest
    from period
    inner join delivery on delivery.department = period.department and delivery.as_of <= period.as_of
    where period.department = $department
    group by period.as_of
)
select
    rule_input.as_of,
    coalesce(columns_read.records, 0) as records,
    sha256(concat_ws(
        '|',
        $versions,
        rule_input.digest,
        coalesce(columns_read.digest::text, ''),
        coalesce(damaged.digest::text, ''),
        coalesce(series.digest, ''),
        (select coalesce(max(algorithm_version), '') from image_file where department = $department),
        (select coalesce(string_agg(part || ':' || version, ',' order by part), '') from registry_state)
    )) as digest
from rule_input
left join period on period.department = rule_input.department and period.as_of = rule_input.as_of
left join columns_read on columns_read.delivery_id = period.delivery_id
left join damaged on damaged.delivery_id = period.delivery_id
left join series on series.as_of = rule_input.as_of
where rule_input.department = $department
order by rule_input.as_of;
