-- The score of one department, or of the city, at one date under one policy. Room: scoring.
create table if not exists score_history (
    department     text not null,   -- 'city' for the whole city
    as_of          date not null,
    policy_version text not null,
    score          double,          -- 0 to 100 over what was measured; null when nothing was
    coverage       double not null, -- 0 to 1
    lower          double not null, -- 0 to 100
    upper          double not null, -- 0 to 100
    grade          text not null,   -- A, B, C, D, F, NR
    reason         text,            -- why NR or capped, in plain words
    images         bigint not null, -- image records of the delivery
    open_findings  bigint not null,
    primary key (department, as_of, policy_version)
);
