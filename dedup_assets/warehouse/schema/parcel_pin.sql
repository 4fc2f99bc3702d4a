-- The relation of PIN and APN, many to many. Room: registry.
-- A row with a null apn says that the PIN exists and that its APN is not known.
create table if not exists parcel_pin (
    pin    text not null,  -- text(13)
    apn    text,           -- text(10)
    source text not null
);
