insert into audit_result by name select * from new_audit_result
