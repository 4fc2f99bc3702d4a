-- Note the version that one part was made from.
insert or replace into registry_state values ($part, $version);
