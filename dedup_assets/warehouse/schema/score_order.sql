-- Whether the order of the departments at one date holds when the weights are a little different. Room: scoring.
create table if not exists score_order (
    as_of          date not null,
    policy_version text not null,
    departments    text[] not null,  -- the rated ones, the best lower bound first
    weightings     integer not null, -- drawn around the policy's weights; 0 when fewer than two are rated
    flipped        integer not null, -- of these, under which two of the departments change places
    is_robust      boolean not null, -- no more than a tenth flipped
    weakest_better text,             -- the two that change places most often; null when none do
    weakest_worse  text,
    weakest_flipped integer not null,
    primary key (as_of, policy_version),
    check (flipped <= weightings and weakest_flipped <= flipped)
);
