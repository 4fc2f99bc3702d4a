delete from measure where list_contains($departments::text[], department)
