-- One row per department and date of the city's calendar: the input of the rules about deliveries. Room: findings.
create table if not exists delivery_fact (
    department      text not null,
    as_of           date not null,
    delivery_id     text,
    delivery_status text not null,   -- as period.status
    rows_in         bigint not null,
    rows_rejected   bigint not null,
    primary key (department, as_of)
);
