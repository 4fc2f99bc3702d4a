-- One manifest row that broke its contract, kept as it was sent. Room: deliveries.
-- A row that breaks several rules has one row here for each; rows_rejected counts distinct row_no.
create table if not exists rejected_row (
    delivery_id text not null,
    department  text not null,
    as_of       date not null,
    row_no      bigint not null,
    column_name text,            -- the department's own column name; null when the whole row is broken
    rule        text not null,   -- required, format, unique, columns, encoding
    detail      text not null,   -- in plain words
    raw         text not null    -- the raw line (CSV, JSON Lines) or the row as JSON (Parquet, XLSX)
);
