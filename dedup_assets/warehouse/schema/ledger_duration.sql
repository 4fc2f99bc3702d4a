-- How long it took to detect and to correct, at the newest date, by Kaplan and Meier's estimate. Room: findings.
-- Aggregates only, so it may leave an enclave.
create table if not exists ledger_duration (
    department  text not null,
    as_of       date not null,
    what        text not null,   -- detect: upload to first found; correct: opened to closed
    severity    text not null,   -- critical, warning, info, all
    findings    bigint not null, -- openings that the estimate rests on; one finding may open again
    ended       bigint not null, -- of these, detected or corrected
    censored    bigint not null, -- of these, still open or withdrawn: they count with the days they have lasted
    unknown     bigint not null, -- beside them: no readable upload time, or one after the delivery
    median_days double,          -- null when fewer than half have ended for certain
    p90_days    double,          -- null when fewer than nine of ten have
    primary key (department, as_of, what, severity),
    check (findings = ended + censored)
);
