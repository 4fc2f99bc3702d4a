"""What a materialisation says of itself: row counts, columns, numbers that Dagster plots. No computing here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import dagster as dg

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb


# A line of a schema: the column's name first, what it means last.
_COMMENTED = re.compile(r"\s+(?P<name>[a-z]\w*)\s.*?--\s*(?P<comment>.+)")


def table_metadata(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: int,
    numbers: Mapping[str, int | float | str | None],
    lineage: dg.TableColumnLineage | None = None,
) -> dict[str, Any]:
    """Row count, column schema, column lineage and numbers of one department's or pool's part of a table.

    A number that is None is left out: Dagster would plot it as a gap anyway, and refuses null.
    """
    columns = con.execute(query("warehouse", "columns"), {"table": table}).fetchall()
    meant, sources = column_comments(table), lineage.deps_by_column if lineage else {}
    described = [
        dg.TableColumn(name=name, type=kind, description=_described(meant.get(name, ""), sources.get(name, ())))
        for name, kind in columns
    ]
    schema = dg.TableSchema(columns=described)
    return {
        "dagster/row_count": dg.MetadataValue.int(rows),
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "dagster/table_name": dg.MetadataValue.text(table),
        **({"dagster/column_lineage": dg.MetadataValue.column_lineage(lineage)} if lineage else {}),
        **{key: plain(value) for key, value in numbers.items() if value is not None},
    }


def column_comments(table: str) -> dict[str, str]:
    """What each column means, in the words of the comment beside it in the table's schema."""
    lines = map(_COMMENTED.match, query("warehouse.schema", table).splitlines())
    return {line["name"]: line["comment"] for line in lines if line}


def _described(meaning: str, sources: Sequence[dg.TableColumnDep]) -> str | None:
    """A column in a person's words: what it means, and the columns that it follows from."""
    named = ", ".join(f"{each.asset_key.path[-1]}.{each.column_name}" for each in sources)
    follows = f"Follows from {named}." if named else ""
    return ". ".join(each for each in (meaning, follows) if each) or None


def plain(value: float | str) -> dg.MetadataValue[Any]:
    """A number as a number (it is plotted), anything else as text."""
    if isinstance(value, bool):
        return dg.MetadataValue.bool(value)
    if isinstance(value, int):
        return dg.MetadataValue.int(value)
    if isinstance(value, float):
        return dg.MetadataValue.float(value)
    return dg.MetadataValue.text(value)
