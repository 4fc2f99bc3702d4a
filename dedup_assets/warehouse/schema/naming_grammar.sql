-- How a department names its files at one date: the commonest shape that spells an identifier.
-- Room: findings (causes/). Never leaves an enclave.
-- A shape: A parcel number, P PIN, T permit number, R the record's own key or subject, D date, N number, W word.
create table if not exists naming_grammar (
    department       text not null,
    as_of            date not null,
    grammar          text not null,   -- the shape, without extension
    records          bigint not null, -- records with a file name
    fitting          bigint not null, -- of these, those of the grammar
    camera_named     bigint not null, -- of these, those that bear the name that a camera or scanner gave
    shapes           bigint not null, -- different shapes in all
    examples_outside text[] not null, -- up to five file names outside the grammar: as restricted as the column
    primary key (department, as_of),
    check (fitting <= records and camera_named <= records)
);
