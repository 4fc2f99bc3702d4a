drop table staged_record;
drop table staged_break;
drop table staged_key;
