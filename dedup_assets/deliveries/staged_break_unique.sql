-- Of rows that share a value that must be unique, all but the first break the contract.
insert into staged_break by name
with keyed as (
    select row_no, column_name, min(row_no) over (partition by column_name, value) as first_row_no
    from staged_key
)
select
    keyed.row_no,
    keyed.column_name,
    'unique' as rule,
    'stands already in row ' || keyed.first_row_no as detail,
    staged_record.raw
from keyed
join staged_record using (row_no)
where keyed.row_no > keyed.first_row_no;
