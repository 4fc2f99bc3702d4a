-- What the storage_uri of an image record held when its delivery was processed. Room: images.
-- One row per (delivery_id, storage_uri); unchanged (uri, byte_size, change_token) is copied forward, no bytes are read.
create table if not exists image_file (
    delivery_id       text not null,
    department        text not null,
    storage_uri       text not null,
    status            text not null,  -- ok, unreadable, missing
    reason            text,           -- missing: no_such_file, outside_root, not_a_file, unreachable; unreadable: see content.reason
    sha256            text,           -- null when missing
    byte_size         bigint,
    change_token      text,           -- mtime in ns, or the store's etag
    algorithm_version text not null,
    primary key (delivery_id, storage_uri)
);
