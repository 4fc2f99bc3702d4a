-- The store's one table (SQLite). Entries are added and never changed; what stands in force follows from their order.
create table if not exists entry (
    entry_no       integer primary key,  -- 1, 2, 3 ... without a gap
    act            text not null check (act in ('decide', 'undo')),
    kind           text not null check (kind in ('pair', 'finding')),
    subject        text not null,
    verdict        text,
    evidence_class text,
    reason         text not null,
    who            text not null,
    at             text not null,        -- universal time
    previous       text not null,        -- sha256 of the entry before
    sha256         text not null unique
) strict;
create index if not exists entry_subject on entry (subject);
-- Against accidents. Against intent there is the chain.
create trigger if not exists entry_is_not_changed before update on entry
begin
    select raise(abort, 'entries are never changed; add another one');
end;
create trigger if not exists entry_is_not_deleted before delete on entry
begin
    select raise(abort, 'entries are never deleted; add another one');
end;
