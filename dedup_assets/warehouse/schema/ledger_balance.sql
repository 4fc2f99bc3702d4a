-- opening + new + reopened - closed - withdrawn = closing. Room: findings. Counts only, so it may leave an enclave.
create table if not exists ledger_balance (
    department text not null,
    as_of      date not null,
    severity   text not null,
    opening    bigint not null,
    new        bigint not null,
    reopened   bigint not null,
    closed     bigint not null,
    withdrawn  bigint not null,
    closing    bigint not null,
    primary key (department, as_of, severity),
    check (opening + new + reopened - closed - withdrawn = closing)
);
