-- What one rule found in one department's delivery. Room: findings. Counts only, so it may leave an enclave.
create table if not exists rule_result (
    department  text not null,
    as_of       date not null,
    rule_id     text not null,
    status      text not null,    -- pass, fail, no_data, error, not_applicable
    severity    text not null,    -- critical, warning, info
    dimension   text not null,
    evaluated   bigint not null,  -- records the rule could judge
    failing     bigint not null,
    mostly      double not null,  -- share that must pass, as given by the thresholds
    suite       text not null,
    rules_sha256 text not null,   -- digest of suite and thresholds in force
    reason      text,             -- why no_data or error
    primary key (department, as_of, rule_id)
);
