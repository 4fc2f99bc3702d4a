-- Why a score, or its lower bound, moved from one date to the next, in points of 100. Room: scoring.
-- Each date is scored under the policy in force then. Between two dates under one policy, policy is 0.
create table if not exists score_bridge (
    department              text not null,          -- 'city' for the whole city
    as_of                   date not null,
    previous_as_of          date not null,
    quantity                text not null,          -- score, lower
    policy_version          text not null,
    previous_policy_version text not null,
    before                  decimal(9, 6) not null,
    after                   decimal(9, 6) not null,
    change                  decimal(9, 6) not null,
    rate                    decimal(9, 6) not null, -- defects among what was measured
    mix                     decimal(9, 6) not null, -- departments and dimensions that make up the whole
    coverage                decimal(9, 6) not null, -- what could be measured of what should have been
    policy                  decimal(9, 6) not null, -- weights
    primary key (department, as_of, quantity),
    check (after - before = change),
    check (rate + mix + coverage + policy = change)
);
