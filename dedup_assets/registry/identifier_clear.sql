-- Meanings that an earlier registry gave.
delete from identifier;
