"""The ledger: what happened to every finding from date to date, and the balance that must hold.

A pure function of the tables ``finding`` and ``period``, computed whole on every call: a delivery that comes late or
supersedes another one gives the ledger that it would have given in time. Put here what follows from the series of
deliveries. Keep out what one delivery shows (``rules.py``) and what people decide about a finding: a decision enters
as an event ``withdrawn``, which the balance has a column for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department

SEVERITIES = ("critical", "warning", "info")
NUMBERS = ("opening", "new", "reopened", "closed", "withdrawn", "closing", "overdue")


class LedgerBalanceError(RuntimeError):
    """The ledger does not add up; the message gives department, date, severity and numbers of every broken row."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One row of ``ledger_balance``, with what is past its deadline. Counts of findings."""

    department: str
    as_of: date
    severity: str
    opening: int
    new: int
    reopened: int
    closed: int
    withdrawn: int
    closing: int
    overdue: int


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """Each department's balance at its newest date, a row a severity, and the sums of their numbers.

    ``rows`` counts the rows of ``ledger_balance`` at all dates.
    """

    balances: tuple[Balance, ...]
    rows: int
    opening: int
    new: int
    reopened: int
    closed: int
    withdrawn: int
    closing: int
    overdue: int


def build_ledger(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> LedgerReport:
    """Fill ``ledger_event``, ``ledger_balance`` and ``overdue`` of some departments of one pool; all or nothing.

    Raises LedgerBalanceError when the result does not add up; the tables then keep what they held.
    """
    names = _names(departments)
    with atomic(con):
        _views(con)
        for statement in con.extract_statements(query("findings", "ledger_clear")):
            con.execute(statement, names)
        con.execute(query("findings", "ledger_event"), names)
        con.execute(query("findings", "ledger_balance"), names)
        con.execute(query("findings", "overdue"), _deadlines(departments))
        check_ledger(con, departments)
    found = con.execute(query("findings", "ledger_report"), names).fetchall()
    balances = tuple(Balance(*row[:-1]) for row in found)
    sums = {name: sum(getattr(each, name) for each in balances) for name in NUMBERS}
    return LedgerReport(balances, rows=sum(row[-1] for row in found), **sums)


def check_ledger(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> None:
    """Hold the stored ledger to house rule 5, row by row.

    Opening plus new plus reopened minus closed minus withdrawn is closing; opening is the closing before; the
    movements are those of ``ledger_event``; closing is the number of findings that are open by definition, counted
    from ``finding`` and ``period`` without the events; every date has a row for every severity.

    Raises LedgerBalanceError, naming the first broken rows.
    """
    _views(con)
    result = con.execute(query("findings", "ledger_check"), _names(departments))
    columns = [each[0] for each in result.description or ()]
    broken = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    if broken:
        raise LedgerBalanceError(_complaint(broken))


def _views(con: duckdb.DuckDBPyConnection) -> None:
    for name in ("ledger_date", "ledger_sighting", "ledger_subject"):
        con.execute(query("findings", name))


def _names(departments: Iterable[Department]) -> dict[str, Any]:
    return {"departments": [each.name for each in departments]}


def _deadlines(departments: Iterable[Department]) -> dict[str, Any]:
    """Three lists of equal length: department, severity, days."""
    rows = [(each.name, name, int(getattr(each.sla_days, name))) for each in departments for name in SEVERITIES]
    keys = ("departments", "severities", "days")
    return {key: [row[position] for row in rows] for position, key in enumerate(keys)}


def _complaint(broken: Sequence[dict[str, Any]], shown: int = 5) -> str:
    lines = []
    for row in broken[:shown]:
        numbers = ", ".join(f"{key} {value}" for key, value in list(row.items())[4:])
        lines.append(f"{row['department']}, {row['as_of']}, {row['severity']}: {row['fault']} ({numbers})")
    if len(broken) > shown:
        lines.append(f"and {len(broken) - shown} rows more")
    return "the ledger does not add up: " + "; ".join(lines)
