-- A restricted department's released rows in the city's warehouse, before they are released anew.
delete from period where department = $department;
delete from delivery where department = $department;
delete from rule_result where department = $department;
delete from ledger_balance where department = $department;
delete from overdue where department = $department;
delete from ledger_age where department = $department;
delete from ledger_flow where department = $department;
delete from ledger_rate where department = $department;
delete from ledger_schedule where department = $department;
delete from ledger_duration where department = $department;
delete from ledger_forecast where department = $department;
delete from measure where department = $department;
