-- What the open findings of a department, or of the city, hold up: each permit and each dwelling unit counted once,
-- however many findings it has. Room: findings (impact/). Counts only, so it may leave an enclave; small ones are for
-- the publishing room to suppress. The values of one dimension overlap, so they do not add up to `all`.
create table if not exists impact_total (
    department     text not null,   -- 'city' for the pool's departments together
    as_of          date not null,   -- the newest date; of the city, the newest of all
    dimension      text not null,   -- all, rule, cause, council_district, community_plan_area, venue, federal, disposal
    value          text not null,   -- of the dimension; empty for all, 'unknown' where the record tells none
    findings       bigint not null,
    images         bigint not null, -- image records with such a finding
    permits        bigint not null,
    permits_active bigint not null, -- of these, those that are not finished
    dwelling_units bigint not null,
    unit_days      bigint not null, -- of each dwelling unit, the days of its longest defect
    longest_days   bigint not null, -- the oldest open finding
    primary key (department, as_of, dimension, value),
    check (permits_active <= permits)
);
