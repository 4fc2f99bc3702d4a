-- One image record (or one delivery) that breaks one rule. Room: findings. Never leaves an enclave.
create table if not exists finding (
    finding_id  text not null,   -- 'F-' and the first 16 hex digits of sha256(department, rule_id, subject)
    department  text not null,
    as_of       date not null,
    rule_id     text not null,
    subject     text not null,   -- image_id, or the date of a delivery
    delivery_id text,
    row_no      bigint,
    severity    text not null,
    condition   text not null,   -- what was seen, in one plain sentence
    evidence    text not null,   -- canonical JSON: the facts that the sentence rests on
    primary key (finding_id, as_of)
);
