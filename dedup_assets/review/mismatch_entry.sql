-- The store's one table (SQLite). Reports are added and never changed.
create table if not exists mismatch (
    report_no integer primary key,  -- 1, 2, 3 ... without a gap
    contents  text not null,        -- digests of the contents that show the picture, in order, joined by commas
    filed_apn text not null,        -- text(10): where it is filed, wrongly as the reporter says
    to_apn    text,                 -- text(10): where it belongs, as the reporter says; null when not known
    reason    text not null,
    reporter  text not null check (reporter in ('resident', 'applicant', 'staff')),
    at        text not null,        -- universal time
    previous  text not null,        -- sha256 of the report before
    sha256    text not null unique
) strict;
-- Against accidents. Against intent there is the chain.
create trigger if not exists mismatch_is_not_changed before update on mismatch
begin
    select raise(abort, 'reports are never changed; add another one');
end;
create trigger if not exists mismatch_is_not_deleted before delete on mismatch
begin
    select raise(abort, 'reports are never deleted; add another one');
end;
