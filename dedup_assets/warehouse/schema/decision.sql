-- A person's decision about a pair of contents or about a finding, with its end if it has one. Room: review.
-- Loaded from the decision store of the pool before every run. Holds names of people: never leaves its pool.
create table if not exists decision (
    entry_no       bigint primary key, -- the entry of the store that took it
    entry_sha256   text not null,      -- that entry's link of the store's chain
    kind           text not null,      -- pair, finding
    subject        text not null,      -- finding id, or the two contents joined by a colon
    sha256_a       text,               -- of a pair, in the order of match: sha256_a < sha256_b
    sha256_b       text,
    verdict        text not null,      -- duplicate, not_duplicate, wrong_parcel, not_a_problem
    reason         text not null,
    decided_by     text not null,
    decided_at     timestamp not null, -- in universal time
    evidence_class text not null,      -- the strongest evidence that was on the table
    ended_at       timestamp,          -- undone, or replaced by another one; null while in force
    ended_by       text,
    ended_reason   text,
    check ((kind = 'pair') = (sha256_a is not null and sha256_b is not null)),
    check (sha256_a < sha256_b)
);
