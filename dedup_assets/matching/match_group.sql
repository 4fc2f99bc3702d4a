-- The groups in named, in place of all there were.
delete from match_group;

insert into match_group
select group_id, basis, sha256 from named;
