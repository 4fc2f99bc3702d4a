-- What the rule results and findings of one period were computed from. Room: findings.
create table if not exists rule_input (
    department text not null,
    as_of      date not null,
    digest     text not null,   -- sha256 over the facts' input, the period, suites, thresholds and code
    primary key (department, as_of)
);
