-- One dimension of one department's data at one date: X = 1 - A/B, measured on B of N. Room: scoring.
create table if not exists measure (
    department text not null,
    as_of      date not null,
    dimension  text not null,
    defects    bigint not null,   -- A
    measured   bigint not null,   -- B: rows or cells that the measure could be evaluated on
    population bigint not null,   -- N: rows or cells that it should have been evaluated on
    primary key (department, as_of, dimension),
    check (defects <= measured and measured <= population)
);
