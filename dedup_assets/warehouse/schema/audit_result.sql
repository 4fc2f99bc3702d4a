-- What an auditor found about one case of a sample, traced to its source. Room: review.
-- Loaded from the audit store of the pool before every run. Holds names of people: never leaves its pool.
create table if not exists audit_result (
    entry_no     bigint primary key, -- the entry of the store; of two about one case the later one counts
    entry_sha256 text not null,      -- that entry's link of the store's chain
    sample_id    text not null,      -- S- and 16 hexadecimal digits: which sample it was drawn in
    case_id      text not null,      -- a finding's id, or N- and 16 hexadecimal digits of a record that has none
    kind         text not null,      -- finding, record (one without an open finding)
    department   text not null,
    rule_id      text,               -- of a finding
    outcome      text not null,      -- confirmed, not confirmed, cannot tell
    auditor      text not null,
    audited_on   date not null,
    note         text not null,      -- may be empty
    check ((kind = 'finding') = (rule_id is not null)),
    check (outcome in ('confirmed', 'not confirmed', 'cannot tell'))
);
