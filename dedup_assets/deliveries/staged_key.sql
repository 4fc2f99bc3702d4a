-- Values of the manifest in hand that must be unique, by the department's own column name.
create or replace temp table staged_key (
    row_no      bigint,
    column_name text,
    value       text
);
