"""Parquet snapshots of the city's tables, for readers that must not open the live warehouse.

Put here which tables there are and how a file takes its place. What of a restricted department stays out stands in
``snapshot_<table>.sql``: it has counts, scores and dates there, and no row, id, digest or text.

Snapshots are for the city's own programs (``dedup status``, the review queue, auditors); they hold exact counts and
are not for publication. What is published is on the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

# Every table with the parameters that its query takes, beside the path.
TABLES: Mapping[str, tuple[str, ...]] = {
    "period": ("departments", "unrestricted"),
    "delivery": ("departments", "unrestricted"),
    "rule_result": ("departments", "unrestricted"),
    "ledger_balance": ("departments",),
    "measure": ("departments", "city"),
    "score_history": ("departments", "city"),
    "finding": ("unrestricted",),
    "image_fact": ("unrestricted",),
}


def write_snapshots(
    con: duckdb.DuckDBPyConnection, departments: Sequence[str], unrestricted: Sequence[str], folder: Path
) -> list[Path]:
    """One Parquet file a table in ``folder``, each written beside and renamed; returns their paths.

    A reader has the whole old file or the whole new one. Rows are ordered, so equal tables give equal files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {"departments": list(departments), "unrestricted": list(unrestricted), "city": CITY}
    paths = []
    for table, names in TABLES.items():
        path = folder / f"{table}.parquet"
        beside = folder / f".{table}.parquet.new"
        parameters = {"path": str(beside), **{name: values[name] for name in names}}
        con.execute(query("publishing", f"snapshot_{table}"), parameters)
        beside.replace(path)
        paths.append(path)
    return paths
