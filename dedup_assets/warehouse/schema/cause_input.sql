-- What the causes of one period's findings were computed from. Room: findings (causes/).
create table if not exists cause_input (
    department text not null,
    as_of      date not null,
    digest     text not null,   -- sha256 over the rules' input, what the causes read beside it, and their versions
    primary key (department, as_of)
);
