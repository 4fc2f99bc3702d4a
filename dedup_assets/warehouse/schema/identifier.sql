-- What one raw identifier value means, against the registry in force. Room: registry.
create table if not exists identifier (
    kind        text not null,   -- apn, pin, permit
    raw         text not null,
    canonical   text,            -- null when status is ambiguous, unresolved or malformed
    status      text not null,   -- ok, repaired, ambiguous, unresolved, malformed; of an APN that is read without doubt also stale (retired, see parcel_successor for the day), other_jurisdiction (a parcel outside the city)
    repairs     text[] not null, -- what had to be mended, in order
    candidates  text[] not null, -- when ambiguous: registry entries that fit, else what the format allows; when stale: the successors
    in_registry boolean,         -- null when the registry holds nothing of this kind
    primary key (kind, raw)
);
