-- Why a finding is likely there: one row for each cause that the evidence of its delivery supports, the likely one
-- first. Causes, the most specific first: batch_shifted, batch_replayed, feed_frozen, spreadsheet_damage, placeholder,
-- name_keyed_attach, stale_pull, cms_reencode, legacy_source, inconsistent_naming; undetermined stands alone.
-- Room: findings (causes/). Never leaves an enclave.
-- (finding_id, as_of, rank) is unique by the query that fills it; no primary key, as in ledger_event.
create table if not exists finding_cause (
    finding_id    text not null,
    department    text not null,
    as_of         date not null,
    rank          integer not null, -- 1: the likely cause; the others are as supported, but less specific
    cause         text not null,    -- see above
    version       text not null,    -- of the cause's rule
    occurrence_id       text not null,    -- what happened once and explains many findings: a batch, a photograph, a source; empty when undetermined
    support       bigint not null,  -- what bears the cause out, counted; what is counted, detail says
    considered    bigint not null,  -- of these many that could have
    detail        text not null,    -- canonical JSON: the evidence
    suggested_apn text,             -- text(10): the parcel on which the cause would put the record; null when it tells none
    check (support <= considered),
    check ((cause = 'undetermined') = (support = 0))
);
