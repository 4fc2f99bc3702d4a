-- How old the open findings are at one date, in bands of days since the opening that they are in. Room: findings.
-- Counts only, so it may leave an enclave. The bands of a date and severity add up to ledger_balance.closing.
create table if not exists ledger_age (
    department text not null,
    as_of      date not null,
    severity   text not null,
    band       text not null,    -- 0-30, 31-90, 91-180, over 180 days
    from_days  integer not null, -- the first day of the band
    findings   bigint not null,
    overdue    bigint not null,  -- of these, past the deadline that the department gives the severity
    primary key (department, as_of, severity, band),
    check (overdue <= findings)
);
