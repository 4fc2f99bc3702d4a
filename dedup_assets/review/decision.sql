-- The decisions of one pool, from the rows that load.py made (new_decision).
insert into decision by name select * from new_decision;
