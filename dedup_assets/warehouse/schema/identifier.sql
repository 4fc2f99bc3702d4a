-- What one raw identifier value means, against the registry in force. Room: registry.
create table if not exists identifier (
    kind        text not null,   -- apn, pin, permit
    raw         text not null,
    canonical   text,            -- null unless status is ok or repaired
    status      text not null,   -- ok, repaired, ambiguous, unresolved, malformed
    repairs     text[] not null, -- what had to be mended, in order
    candidates  text[] not null, -- when ambiguous: registry entries that fit, else what the format allows
    in_registry boolean,         -- null when the registry holds nothing of this kind
    primary key (kind, raw)
);
