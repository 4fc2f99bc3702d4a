-- Why a score is not 100: its largest losses, in words and counts. Room: scoring.
create table if not exists score_explanation (
    department        text not null,    -- 'city' for the whole city
    as_of             date not null,
    policy_version    text not null,
    place             integer not null, -- 1 to 3, the largest loss first
    code              text not null,    -- see scoring/explanation.py
    dimension         text not null,
    points            double not null,  -- lost, of 100; of all dimensions they add up to 100 - score
    unmeasured_points double not null,  -- not known, of 100; of all dimensions they add up to upper - lower
    defects           bigint not null,  -- A, B and N of the measure: rows, cells or deliveries
    measured          bigint not null,
    population        bigint not null,
    sentence          text not null,    -- in plain words; without counts for a restricted department
    primary key (department, as_of, policy_version, place)
);
