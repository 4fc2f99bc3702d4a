-- Damage by column and transformation over all batches, the most frequent first.
select
    column_name,
    transformation,
    count(*)::bigint as batches,
    sum(rows_affected)::bigint as rows_affected,
    sum(rows_restored)::bigint as rows_restored,
    sum(rows_ambiguous)::bigint as rows_ambiguous,
    sum(rows_lost)::bigint as rows_lost
from batch_damage
where not is_notation
group by column_name, transformation
order by rows_affected desc, column_name, transformation;
