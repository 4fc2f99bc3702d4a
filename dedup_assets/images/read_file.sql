-- What the units wrote.
create or replace temp table read_file as
select * from read_parquet($files)
