"""What leaves an enclave: a restricted department's aggregates, copied into the city's warehouse.

The columns that leave are listed one by one in ``release_<table>.sql``. When a table gains a column, nothing leaves any
more until somebody has decided there what the column may say. Put nothing here that copies a table whole, a record, or
a sentence written inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    import duckdb

    from dedup_assets.deliveries.department import Department

RELEASED = (
    "period", "delivery", "rule_result", "ledger_balance", "overdue", "ledger_age", "ledger_flow", "ledger_rate",
    "ledger_schedule", "ledger_duration", "ledger_forecast", "measure",
)  # fmt: skip


class ReleaseError(UserError):
    """Nothing was released; the message says why and what to do."""


def release_aggregates(
    enclave_con: duckdb.DuckDBPyConnection, city_con: duckdb.DuckDBPyConnection, department: Department
) -> dict[str, int]:
    """Replace a restricted department's aggregate rows in the city's warehouse by its enclave's; all or nothing.

    Returns the number of rows released, by table.

    Raises ReleaseError when the department is not restricted, when the enclave has no dates of it, and when the
    city's warehouse holds records of it, which it must not (house rule 8).
    """
    name = {"department": department.name}
    if not department.restricted:
        raise ReleaseError(f"{department.name} is not restricted: its tables are in the city's warehouse already")
    trespassing = [held for (held,) in city_con.execute(query("scoring", "release_trespass"), name).fetchall()]
    if trespassing:
        raise ReleaseError(
            f"the city's warehouse holds records of {department.name}, which is restricted, in {', '.join(trespassing)}"
            " (was it unrestricted before?); remove that warehouse file and run again: it follows from the deliveries"
        )
    found = {
        table: enclave_con.sql(query("scoring", f"release_{table}"), params=name).to_arrow_table() for table in RELEASED
    }
    if not found["period"].num_rows:
        raise ReleaseError(f"the enclave of {department.name} knows no date of it; read its deliveries first")
    with atomic(city_con):
        for statement in city_con.extract_statements(query("scoring", "release_clear")):
            city_con.execute(statement, name)
        for table, rows in found.items():
            wanted = city_con.table(table).columns
            if rows.column_names != wanted:
                raise ReleaseError(f"release_{table}.sql must give the columns {', '.join(wanted)}, in this order")
            city_con.from_arrow(rows).insert_into(table)
    return {table: rows.num_rows for table, rows in found.items()}
