-- The store's one table (SQLite). Entries are added and never changed: samples that were drawn, results entered back.
create table if not exists audit (
    entry_no integer primary key,  -- 1, 2, 3 ... without a gap
    act      text not null check (act in ('drawn', 'result')),
    content  text not null,        -- canonical JSON: the sample with its cases, or one result
    at       text not null,        -- universal time
    previous text not null,        -- sha256 of the entry before
    sha256   text not null unique
) strict;
-- Against accidents. Against intent there is the chain.
create trigger if not exists audit_is_not_changed before update on audit
begin
    select raise(abort, 'audit entries are never changed; add another one');
end;
create trigger if not exists audit_is_not_deleted before delete on audit
begin
    select raise(abort, 'audit entries are never deleted; add another one');
end;
