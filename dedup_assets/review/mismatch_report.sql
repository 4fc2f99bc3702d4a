insert into mismatch_report by name select * from new_mismatch_report
