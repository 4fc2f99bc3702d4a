-- What happened to one finding at one date. Room: findings. A pure function of the series of deliveries.
-- (finding_id, as_of) is unique by the query that fills it, but for findings opened and withdrawn at one date. It is no
-- primary key: at 12 million events the index alone cost 20 s to build, 50 s to empty and 700 MB (measured on 2 cores),
-- and nothing looks an event up by it.
create table if not exists ledger_event (
    finding_id text not null,
    department text not null,
    rule_id    text not null,
    severity   text not null,    -- of the date the finding was last seen: one severity a finding, over its whole history
    as_of      date not null,
    event      text not null     -- opened, seen_again, closed, verified, reopened, withdrawn
);
