"""Dagster's room: what depends on what, when it runs, who owns it. No SQL, no pixels."""
