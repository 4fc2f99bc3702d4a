-- The ledger's balance by rule and cause. Room: findings. Counts only, so it may leave an enclave.
-- The rules of a date and severity add up to ledger_balance.
create table if not exists ledger_flow (
    department text not null,
    as_of      date not null,
    rule_id    text not null,
    cause      text,            -- null: undetermined
    severity   text not null,
    opening    bigint not null,
    new        bigint not null,
    reopened   bigint not null,
    closed     bigint not null,
    withdrawn  bigint not null,
    closing    bigint not null,
    verified   bigint not null, -- closed before, and held: moves nothing
    overdue    bigint not null,
    check (opening + new + reopened - closed - withdrawn = closing)
);
