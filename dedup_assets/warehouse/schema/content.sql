-- The fingerprint of one content (distinct bytes). Room: images.
create table if not exists content (
    sha256            text not null,
    algorithm_version text not null,      -- see images/algorithm.py
    byte_size         bigint not null,
    status            text not null,      -- ok, unreadable
    reason            text,               -- short fixed list, images/reasons.py; null when ok
    media_type        text,
    width             integer,            -- pixels, orientation applied
    height            integer,
    frames            integer,
    phash64           ubigint,            -- imagehash.phash, hash_size 8, first bit highest
    phash256_0        ubigint,            -- imagehash.phash, hash_size 16: bits 1-64
    phash256_1        ubigint,            -- bits 65-128
    phash256_2        ubigint,            -- bits 129-192
    phash256_3        ubigint,            -- bits 193-256
    quality           integer,            -- 0 to 100, PDQ's gradient sum
    low_information   boolean,            -- set aside from the near-duplicate search
    exif_captured_at  text,               -- ISO 8601, with offset where EXIF gives one
    gps_latitude      double,
    gps_longitude     double,
    gps_error_m       double,             -- metres that the receiver itself says it may be off; null when it says nothing
    primary key (sha256, algorithm_version)
);
