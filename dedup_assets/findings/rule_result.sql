-- The results of one department at one date, from the rows that rules.py made (new_rule_result).
insert into rule_result by name select * from new_rule_result;
