-- One manifest of one department as of one date, in one version. Room: deliveries.
create table if not exists delivery (
    delivery_id      text primary key,   -- first 16 hex digits of sha256(department, as_of, sha256)
    department       text not null,
    as_of            date not null,
    version          integer not null,   -- 1 for manifest.<ext>, N for manifest.N.<ext>
    uri              text not null,      -- relative to the landing root
    format           text,               -- csv, jsonl, parquet, xlsx
    sha256           text not null,      -- of the manifest's bytes
    byte_size        bigint not null,
    status           text not null,      -- read, empty, unreadable, repeated (same bytes as an earlier date)
    reason           text,               -- why it is unreadable, empty or repeated, in plain words
    in_force         boolean not null,   -- false once a corrected re-delivery superseded it
    contract_version text not null,
    contract_sha256  text not null,
    rows_in          bigint not null,
    rows_accepted    bigint not null,
    rows_rejected    bigint not null,
    check (rows_in = rows_accepted + rows_rejected)
);
