-- What one department handed in for one date of the city's calendar. Room: deliveries.
-- The calendar is every distinct as_of of any department, so a department that sent nothing still has a row.
create table if not exists period (
    department  text not null,
    as_of       date not null,
    delivery_id text,            -- the delivery in force on that date; null when there is none for it
    status      text not null,   -- read, empty, unreadable, missing, not_due
    reason      text,            -- in plain words, null when read
    primary key (department, as_of)
);
