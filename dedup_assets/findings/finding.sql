-- The findings of one department at one date, from the rows that finding.py made (new_finding).
insert into finding by name select * from new_finding;
