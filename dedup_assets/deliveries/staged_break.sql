-- What rows of the manifest in hand break, on its way to rejected_row.
create or replace temp table staged_break (
    row_no      bigint,
    column_name text,
    rule        text,
    detail      text,
    raw         text
);
