-- A department's part of the ledger, before it is computed anew.
delete from ledger_event where department = $department;
delete from ledger_balance where department = $department;
delete from overdue where department = $department;
delete from ledger_age where department = $department;
delete from ledger_flow where department = $department;
delete from ledger_rate where department = $department;
delete from ledger_schedule where department = $department;
delete from ledger_duration where department = $department;
delete from ledger_forecast where department = $department;
delete from finding_status where department = $department;
