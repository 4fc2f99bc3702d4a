-- The shape of every file name of the pass: A for a parcel number, P for a PIN, T for a permit number, R for the
-- record's own key at its source or its subject, D for a date, N for other numbers, W for words; what stands between
-- them stays. Identifiers are known by their form, so a name has one shape whether it spells the right parcel or not.
create or replace temp macro with_identifiers(name) as regexp_replace(
    regexp_replace(
        regexp_replace(name, '(^|[^0-9])\d{5}-\d{5}-\d{5}([^0-9]|$)', '\1T\2'),
        '(^|[^0-9])(\d{3}[ab]\d{3}|\d{3}-\d[ab]\d{3}) *\d{1,5}([^0-9]|$)', '\1P\3'
    ),
    '(^|[^0-9])[2-8]\d{3}-?\d{3}-?\d{3}([^0-9]|$)', '\1A\2'
);

create or replace temp macro with_words(name) as regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(name, '(^|[^0-9])(19|20)\d{2}[-_]?(0[1-9]|1[0-2])[-_]?([0-2]\d|3[01])([^0-9]|$)', '\1D\5'),
            '\d+', 'N', 'g'
        ),
        '[\p{Ll}\p{Lo}\p{M}]+', 'W', 'g'
    ),
    'W([ -]+W)+', 'W', 'g'
);

create or replace temp table naming_shape as
with stemmed as (
    select
        record.delivery_id,
        record.department,
        record.as_of,
        record.record_id,
        record.file_name,
        -- The record's own key, where it is long enough not to occur by chance.
        case
            when length(trim(sent.source_record_id)) >= 5
                then replace(stem_of(record.file_name), lower(trim(sent.source_record_id)), 'R')
            when length(trim(sent.subject_ref)) >= 5
                then replace(stem_of(record.file_name), lower(trim(sent.subject_ref)), 'R')
            else stem_of(record.file_name)
        end as stem
    from cause_record as record
    inner join image_record as sent on sent.delivery_id = record.delivery_id and sent.row_no = record.row_no
    where record.file_name is not null
)
select
    delivery_id,
    department,
    as_of,
    record_id,
    file_name,
    with_words(with_identifiers(stem)) as shape,
    is_camera_name(file_name) as is_camera
from stemmed;
