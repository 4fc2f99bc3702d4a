-- The measures of some departments: A defects among B measured, of N that should have been measured.
--
-- parcel_accuracy          N rows; B rows with evidence that does not come from the record's own APN: its permit, its
--                          PIN, the picture's own GPS, the name of its file, the same photograph on other parcels; A
--                          rows that any of it contradicts. All of the records that share a photograph across unrelated parcels count:
--                          which of them is right is for people to say.
-- uniqueness               N rows; B rows whose photograph, or else whose metadata, could be compared with all others;
--                          A redundant ones. Not measured (house rule 6): a file that cannot be decoded, of which only
--                          equal bytes would be seen, and a row that looks like another one and waits for a verdict.
-- referential_consistency  N rows; B rows with an identifier that could be looked up or compared; A broken ones.
-- completeness             N mandatory cells, the image file of a row being one; B those of accepted rows; A the missing
--                          values, and the files that are missing, unreadable or outside the department's root.
-- traceability             N rows; B accepted rows; A rows without checksum, source system or batch id, or whose
--                          declared checksum is not that of the bytes.
-- validity                 N cells that have a form to keep, identifiers too; B those of accepted rows; A broken ones.
-- timeliness               one delivery was expected; it is a defect when no row of it could be accepted. The only
--                          measure of a delivery that never came.
--
-- A rejected row counts in N and never in B. Where nothing could be read, N is that of the last delivery that could.
insert into measure
with applicable as (
    select unnest($departments::text[]) as department, unnest($dimensions::text[]) as dimension
),
due as (
    select
        p.department,
        p.as_of,
        p.delivery_id,
        coalesce(d.rows_in, 0) as rows_in,
        coalesce(d.rows_accepted, 0) as rows_accepted
    from period p
    left join delivery d on d.delivery_id = p.delivery_id and p.status = 'read'
    where p.status <> 'not_due' and list_contains($departments::text[], p.department)
),
judged as (
    select * from judged_fact where list_contains($departments::text[], department)
),
-- Of the records that share their metadata with d others, one in d + 1 is the one to keep.
metadata as (
    select delivery_id, sum(records - records // (others + 1))::bigint as redundant
    from (
        select delivery_id, duplicate_metadata as others, count(*) as records
        from judged
        where duplicate_metadata > 0 and not redundant
        group by all
    )
    group by delivery_id
),
counted as (
    select
        delivery_id,
        count(*) as records,
        count(*) filter (contradicted) as contradicted,
        count(*) filter (contradicted or supported) as with_evidence,
        count(*) filter (redundant) as redundant,
        count(*) filter (redundant or compared) as compared,
        count(*) filter (broken) as broken,
        count(*) filter (broken or linked) as linked,
        sum(missing_values)::bigint + count(*) filter (lost) as missing_cells,
        sum(mandatory_values)::bigint + count(*) filter (has_file) as mandatory_cells,
        count(*) filter (untraceable = 1 or checksum_status = 'differs') as untraceable,
        sum(invalid_values + malformed_identifiers)::bigint as invalid_cells,
        sum(typed_values + identifiers)::bigint as typed_cells
    from judged
    group by delivery_id
),
-- cells is null for a measure of rows, else the cells of all accepted rows.
counts as (
    select
        due.department,
        due.as_of,
        due.rows_in,
        due.rows_accepted,
        unnest([
            {
                'dimension': 'parcel_accuracy',
                'defects': contradicted, 'measured': with_evidence, 'cells': null::bigint
            },
            {
                'dimension': 'uniqueness',
                'defects': redundant + coalesce(metadata_redundant, 0), 'measured': compared, 'cells': null
            },
            {'dimension': 'referential_consistency', 'defects': broken, 'measured': linked, 'cells': null},
            {
                'dimension': 'completeness',
                'defects': missing_cells, 'measured': mandatory_cells, 'cells': mandatory_cells
            },
            {'dimension': 'traceability', 'defects': untraceable, 'measured': records, 'cells': null},
            {'dimension': 'validity', 'defects': invalid_cells, 'measured': typed_cells, 'cells': typed_cells},
            {'dimension': 'timeliness', 'defects': (due.rows_accepted = 0)::bigint, 'measured': 1, 'cells': null}
        ], recursive := true)
    from due
    left join (
        select counted.*, metadata.redundant as metadata_redundant
        from counted
        left join metadata using (delivery_id)
    ) using (delivery_id)
),
-- Cells of one row, as a fraction, of the last delivery whose rows could be accepted; one cell before there is any.
known as (
    select
        *,
        last_value(case when cells > 0 then cells end ignore nulls) over so_far as known_cells,
        last_value(case when cells > 0 then rows_accepted end ignore nulls) over so_far as known_rows
    from counts
    semi join applicable using (department, dimension)
    window so_far as (partition by department, dimension order by as_of)
),
expected as (
    select
        *,
        case
            when rows_in = 0 then null
            when dimension in ('completeness', 'validity')
                -- Rounded up: what is not known is never taken for less than it may be.
                then (rows_in * coalesce(known_cells, 1) + coalesce(known_rows, 1) - 1) // coalesce(known_rows, 1)
            else rows_in
        end as rows_or_cells
    from known
)
select
    department,
    as_of,
    dimension,
    coalesce(defects, 0) as defects,
    coalesce(measured, 0) as measured,
    case
        when dimension = 'timeliness' then 1
        else coalesce(last_value(rows_or_cells ignore nulls) over so_far, 1)
    end as population
from expected
window so_far as (partition by department, dimension order by as_of)
