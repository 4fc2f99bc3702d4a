-- Where each finding stands at the newest date. Room: findings. Never leaves an enclave.
-- finding_id is unique by the query that fills it; an index over millions costs more than it serves (see ledger_event).
create table if not exists finding_status (
    finding_id     text not null,
    department     text not null,
    as_of          date not null,    -- the newest date
    rule_id        text not null,
    cause          text,             -- null: undetermined
    severity       text not null,
    status         text not null,    -- open, closed (gone, held one delivery before it counts as verified), verified, withdrawn
    status_200_511 text not null,    -- not corrected, partially corrected, fully corrected, no longer valid (2 CFR 200.511(b))
    first_found_on date not null,
    fiscal_year    integer not null, -- of first_found_on; the city's begins on 1 July and is named after its end
    opened_on      date not null,    -- the newest opening
    last_seen_on   date not null,
    ended_on       date,             -- closed or withdrawn; null while open
    verified_on    date,
    due_on         date not null,    -- opened_on and the days that the department gives the severity
    is_late        boolean not null, -- open past due_on, or ended after it
    repeats        bigint not null   -- openings after the data had shown it gone
);
