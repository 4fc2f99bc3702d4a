-- The departments' part of the ledger, before it is computed anew.
delete from ledger_event where list_contains($departments::text[], department);
delete from ledger_balance where list_contains($departments::text[], department);
delete from overdue where list_contains($departments::text[], department);
