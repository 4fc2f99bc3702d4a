-- What became of the findings made until one date. Room: findings. Counts only, so it may leave an enclave.
-- First-time-fix rate: corrected_at_first / corrected. Repeat rate: repeated / found.
create table if not exists ledger_rate (
    department         text not null,
    as_of              date not null,
    severity           text not null,
    found              bigint not null, -- findings ever opened
    corrected          bigint not null, -- of these, closed at least once by a delivery that no longer shows them
    corrected_at_first bigint not null, -- of these, never seen again since
    repeated           bigint not null, -- found again after they had been closed (2 CFR 200.511: a repeat finding)
    primary key (department, as_of, severity),
    check (corrected_at_first <= corrected and corrected <= found and repeated <= corrected)
);
