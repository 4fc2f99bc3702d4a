-- Whose parcel an image record's picture is, by all its evidence and the ordered rule of findings/attribution/rule.py.
-- Room: findings. One row a record of every department that names parcels; (delivery_id, row_no) is unique and asserted.
create table if not exists attribution (
    delivery_id  text not null,
    department   text not null,
    as_of        date not null,
    row_no       bigint not null,
    image_id     text not null,
    apn          text,            -- the parcel that it is filed on, canonical; null when it could not be resolved
    status       text not null,   -- attributed, contradicted, contested, stale, other_jurisdiction, unknown_parcel, no_parcel, unverifiable
    parcel       text,            -- the parcel that the evidence supports most; null when none is, or several equally
    decided_by   text not null,   -- the line of the rule that fits first: A01 ...
    sources      text[] not null, -- the sources that decided, in the order of the rule
    rule_version text not null
);
