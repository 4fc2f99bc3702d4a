"""Where things stand, from the published snapshots: what ``dedup status`` prints.

The live warehouse is never opened here, so asking is possible while a run is writing. Of a restricted department the
snapshots hold counts and dates. Put nothing here about runs: Dagster knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from dedup_assets.deliveries.due import is_late, late_from
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dedup_assets.deliveries.department import Department
    from dedup_assets.warehouse import Home

SEVERITIES = ("critical", "warning", "info")


def status(home: Home, departments: Sequence[Department], today: date | None = None) -> dict[str, Any]:
    """Departments, ledger, and where the site and the warehouse lie.

    ``departments``: name, title, score (0 to 100 or null), lower, upper, grade, coverage (0 to 1), reason,
    open_findings, last_delivery (the newest that could be read; ISO date or null), deliveries (in force), backlog (open
    findings by severity), failed_checks (rules not met at the newest date, by severity, and ``not_judged``: rules that
    had no data or could not run), late_from (the day from which the next delivery counts as late; null when none was
    ever handed in) and late (by the clock; null unless ``today``, a date in the city's time zone, is given, and before
    the first run). ``ledger``: department, period, opening, new, reopened, closed, withdrawn, closing, by department
    and date. Before the first run every department is there, with nulls and zeros.
    """
    scores = _by_name(_rows(home, "status_departments", "score_history", "period"))
    delivered = _by_name(_rows(home, "status_deliveries", "period"))
    backlog = _by_name(_rows(home, "status_backlog", "ledger_balance"))
    checks = _by_name(_rows(home, "status_checks", "rule_result"))
    site = home.site / "index.html"
    clock = today if delivered else None  # nobody is late before anything was looked for
    return {
        "departments": [
            {
                **_unknown(each),
                **scores.get(each.name, {}),
                **_delivered(each, delivered.get(each.name, {}), clock),
                "backlog": {severity: backlog.get(each.name, {}).get(severity, 0) for severity in SEVERITIES},
                "failed_checks": {kind: checks.get(each.name, {}).get(kind, 0) for kind in (*SEVERITIES, "not_judged")},
            }
            for each in departments
        ],
        "ledger": _rows(home, "status_ledger", "ledger_balance"),
        "published": str(site) if site.exists() else None,
        "warehouse": str(home.root / "warehouse.duckdb"),
    }


def _delivered(department: Department, row: dict[str, Any], today: date | None) -> dict[str, Any]:
    """How many deliveries there are, and whether the next one is late."""
    newest: date | None = row.get("newest")
    begins = late_from(department, newest)
    return {
        "deliveries": row.get("deliveries", 0),
        "late_from": begins.isoformat() if begins else None,
        "late": is_late(department, newest, today) if today else None,
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


def _by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows}


def _rows(home: Home, name: str, *tables: str) -> list[dict[str, Any]]:
    """The rows of one query over snapshots, as dicts; none when a snapshot is not there yet."""
    paths = {table: home.snapshots / f"{table}.parquet" for table in tables}
    if not all(path.exists() for path in paths.values()):
        return []
    with duckdb.connect() as con:
        result = con.execute(query("publishing", name), {table: str(path) for table, path in paths.items()})
        columns = [each[0] for each in result.description or []]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
