-- The version that one part was made from; no row before it was.
select version from registry_state where part = $part;
