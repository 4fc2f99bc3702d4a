-- The contents that the failing ones are compared with: themselves, their duplicates, what looks like them.
create or replace temp table finding_content as
select distinct other_sha256 as sha256 from fact_look;
