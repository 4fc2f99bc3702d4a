-- What the facts of one delivery were computed from, so that an unchanged delivery is not computed again. Room: findings.
create table if not exists fact_input (
    delivery_id text primary key,
    department  text not null,
    as_of       date not null,
    digest      text not null   -- sha256 over the deliveries, files, identifiers, registry, matches and code that the facts follow from
);
