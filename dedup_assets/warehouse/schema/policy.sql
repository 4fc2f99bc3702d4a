-- The scoring policies under which history was ever scored here. Room: scoring.
create table if not exists policy (
    policy_version text primary key,
    in_force_from  date,         -- the first date that it decides; null: always
    document       text not null -- what it says, as JSON; the version's last digits are those of its sha256
);
