-- Findings open at one date past the deadline that their department gives their severity. Room: findings.
-- Counts only, so it may leave an enclave.
create table if not exists overdue (
    department text not null,
    as_of      date not null,
    severity   text not null,
    overdue    bigint not null,  -- open for more than sla_days, counted from the date of the present opening
    primary key (department, as_of, severity)
);
