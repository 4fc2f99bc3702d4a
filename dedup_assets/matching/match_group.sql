insert into match_group
select group_id, basis, sha256 from named
