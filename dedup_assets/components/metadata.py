"""What a materialisation says of itself: row counts, columns, numbers that Dagster plots. No computing here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dagster as dg

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def table_metadata(
    con: duckdb.DuckDBPyConnection, table: str, rows: int, numbers: Mapping[str, int | float | str | None]
) -> dict[str, Any]:
    """Row count, column schema and numbers of one department's or pool's part of a table.

    A number that is None is left out: Dagster would plot it as a gap anyway, and refuses null.
    """
    columns = con.execute(query("warehouse", "columns"), {"table": table}).fetchall()
    schema = dg.TableSchema(columns=[dg.TableColumn(name=name, type=kind) for name, kind in columns])
    return {
        "dagster/row_count": dg.MetadataValue.int(rows),
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "dagster/table_name": dg.MetadataValue.text(table),
        **{key: plain(value) for key, value in numbers.items() if value is not None},
    }


def plain(value: float | str) -> dg.MetadataValue[Any]:
    """A number as a number (it is plotted), anything else as text."""
    if isinstance(value, bool):
        return dg.MetadataValue.bool(value)
    if isinstance(value, int):
        return dg.MetadataValue.int(value)
    if isinstance(value, float):
        return dg.MetadataValue.float(value)
    return dg.MetadataValue.text(value)
