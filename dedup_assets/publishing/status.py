"""Where things stand, from the published snapshots: what ``dedup status`` prints.

The live warehouse is never opened here, so asking is possible while a run is writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.deliveries.department import Department
    from dedup_assets.warehouse import Home


def status(home: Home, departments: Sequence[Department]) -> dict[str, Any]:
    """Departments, ledger, and where the site and the warehouse lie.

    ``departments``: name, title, score (0 to 100 or null), lower, upper, grade, coverage (0 to 1), reason,
    open_findings, last_delivery (ISO date or null). ``ledger``: department, period, opening, new, reopened, closed,
    withdrawn, closing, by department and date. Before the first run every department is there, with nulls.
    """
    scores = {row["name"]: row for row in _rows(home, "status_departments", "score_history", "period")}
    site = home.site / "index.html"
    return {
        "departments": [{**_unknown(each), **scores.get(each.name, {})} for each in departments],
        "ledger": _rows(home, "status_ledger", "ledger_balance"),
        "published": str(site) if site.exists() else None,
        "warehouse": str(home.root / "warehouse.duckdb"),
    }


def _unknown(department: Department) -> dict[str, Any]:
    return {
        "name": department.name,
        "title": department.title,
        "score": None,
        "lower": None,
        "upper": None,
        "grade": "NR",
        "coverage": None,
        "reason": "nothing has been processed yet",
        "open_findings": 0,
        "last_delivery": None,
    }


def _rows(home: Home, name: str, *tables: str) -> list[dict[str, Any]]:
    """The rows of one query over snapshots, as dicts; none when a snapshot is not there yet."""
    paths = {table: home.snapshots / f"{table}.parquet" for table in tables}
    if not all(path.exists() for path in paths.values()):
        return []
    with duckdb.connect() as con:
        result = con.execute(query("publishing", name), {table: str(path) for table, path in paths.items()})
        columns = [each[0] for each in result.description or []]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
