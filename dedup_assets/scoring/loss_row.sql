-- The records of a department's delivery in force that count against one dimension, as measure.sql counts them. Of
-- those that share their metadata all are shown: which one is the one to keep, people say.
select row_no, image_id
from judged_fact
where delivery_id = (select delivery_id from period where department = $department and as_of = $as_of and status = 'read')
    and case $dimension
        when 'parcel_accuracy' then contradicted
        when 'uniqueness' then redundant or duplicate_metadata > 0
        when 'referential_consistency' then broken
        when 'completeness' then missing_values > 0 or lost
        when 'traceability' then untraceable = 1 or checksum_status = 'differs'
        when 'validity' then invalid_values + malformed_identifiers > 0
        else false
    end
order by row_no
limit $rows
