"""Parcel lineage between DuckDB and Python: the tables ``parcel_lineage`` and ``parcel_successor``.

Put here what moves lineage in and out of tables. Keep out how chains are followed (``lineage.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.registry.lineage import Lineage, Step
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

_STEP = pa.schema(
    {
        "apn": pa.string(),
        "successor": pa.string(),
        "effective_date": pa.date32(),
        "change": pa.string(),
        "source": pa.string(),
    }
)
_SUCCESSOR = pa.schema({"apn": pa.string(), "successor": pa.string(), "stale_from": pa.date32()})


def load_lineage(con: duckdb.DuckDBPyConnection) -> int:
    """Fill both tables from the staged rows (``stage.py``); the number of retired APNs.

    Raises RegistryError when the lineage goes in a circle.
    """
    rows = con.execute(query("registry", "lineage_read")).fetchall()
    if not rows:
        return 0
    lineage = Lineage(Step(apn, successor, day) for apn, successor, day, _ in rows)
    changes = lineage.changes()
    sources = {(apn, successor): source for apn, successor, _, source in reversed(rows)}
    steps = [(*pair, step.effective, changes[pair], sources[pair]) for step in lineage.steps() if (pair := step.pair)]
    ends = [(apn, each, lineage.stale_from(apn)) for apn in lineage.retired for each in lineage.successors(apn)]
    _insert(con, "parcel_lineage", _STEP, steps)
    _insert(con, "parcel_successor", _SUCCESSOR, ends)
    return len(lineage)


def lineage_from_tables(con: duckdb.DuckDBPyConnection) -> Lineage:
    """The lineage that the registry's tables hold."""
    return Lineage(Step(*row) for row in con.execute(query("registry", "lineage_steps")).fetchall())


def _insert(con: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> None:
    columns = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
    con.from_arrow(pa.table(columns, schema=schema)).insert_into(table)
