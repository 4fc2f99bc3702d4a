-- The schedule of prior findings of 2 CFR 200.511(b): one row a rule and fiscal year, at the newest date.
-- Room: findings. Counts only, so it may leave an enclave.
create table if not exists ledger_schedule (
    department     text not null,
    as_of          date not null,
    rule_id        text not null,
    cause          text,             -- null: undetermined
    fiscal_year    integer not null, -- in which the findings were first made
    status_200_511 text not null,    -- fully corrected: all of them verified; partially: some gone; no longer valid: all withdrawn
    found          bigint not null,
    verified       bigint not null,
    held           bigint not null,  -- gone, not yet verified
    withdrawn      bigint not null,
    still_open     bigint not null,
    repeated       bigint not null,
    check (found = verified + held + withdrawn + still_open)
);
