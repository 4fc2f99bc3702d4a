"""The ledger: what happened to every finding from date to date, and the balance that must hold.

A pure function of the deliveries (``finding``, ``rule_result``, ``image_fact``, ``period``) and of people's decisions
(``decision``), computed whole on every call: a delivery that comes late or supersedes another one gives the ledger
that it would have given in time. Put here what follows from the series of deliveries. Keep out what one delivery shows
(``rules.py``), who decides what (the room ``review``) and what is computed from the ledger in Python (``durations.py``,
``forecast.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.durations import write_durations
from dedup_assets.findings.forecast import write_forecast
from dedup_assets.findings.suites import load_rules
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY, query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule

SEVERITIES = ("critical", "warning", "info")
NUMBERS = ("opening", "new", "reopened", "closed", "withdrawn", "closing", "overdue")

# Ageing bands in days, first and last (field notes on Los Angeles, section 6.3).
BANDS = {"0-30": (0, 30), "31-90": (31, 90), "91-180": (91, 180), "over 180": (181, 1_000_000)}

# The month in which the fiscal year of the City of Los Angeles begins (Charter, section 310).
FISCAL_MONTH = 7


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


def build_ledger(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], rules: Sequence[Rule] | None = None
) -> LedgerReport:
    """Fill the tables of the ledger for some departments of one pool; all or nothing.

    ``rules`` are those that made the findings (the installation's own if not given): they say which fact of a record
    must have been measured before a delivery that does not show a finding closes it. ``decision`` holds people's
    decisions of the pool. The tables: ``ledger_event``, ``ledger_balance``, ``overdue``, ``ledger_age``,
    ``ledger_flow``, ``ledger_rate``, ``ledger_schedule``, ``ledger_duration``, ``ledger_forecast``,
    ``finding_status``.

    Raises LedgerBalanceError when the result does not add up; the tables then keep what they held.
    """
    found: list[tuple[Any, ...]] = []
    asked = _facts(rules)
    with atomic(con):
        for department in departments:
            _build(con, department, asked)
            found += con.execute(query("findings", "ledger_report"), {"department": department.name}).fetchall()
    balances = tuple(Balance(*row[:-1]) for row in found)
    sums = {name: sum(getattr(each, name) for each in balances) for name in NUMBERS}
    return LedgerReport(balances, rows=sum(row[-1] for row in found), **sums)


def check_ledger(
    con: duckdb.DuckDBPyConnection, departments: Sequence[Department], rules: Sequence[Rule] | None = None
) -> None:
    """Hold the stored ledger to house rule 5, row by row.

    Opening plus new plus reopened minus closed minus withdrawn is closing; opening is the closing before; the
    movements are those of ``ledger_event``; closing is the number of findings that are open by definition, counted
    without the events; every date has a row for every severity; ages and rules add up to the balance.

    Raises LedgerBalanceError, naming the first broken rows.
    """
    for department in departments:
        _observe(con, department, _facts(rules))
        _check(con, department)


def city_ledger(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> list[Balance]:
    """The city's balance at its newest date, a row a severity: the sums over ``departments``, held to the equation.

    ``con`` is a connection to the city's warehouse, with ``ledger_balance`` and ``overdue`` of the departments, which
    of restricted ones are released aggregates.

    Raises LedgerBalanceError when a date lacks a department that other dates have, or when what was open before a date
    is not what was open after the one before it.
    """
    names = {"departments": [each.name for each in departments], "city": CITY}
    _refuse(con.execute(query("findings", "ledger_city_check"), names))
    return [Balance(*row) for row in con.execute(query("findings", "ledger_city"), names).fetchall()]


def ledger_totals(con: duckdb.DuckDBPyConnection, departments: Sequence[Department]) -> dict[date, dict[str, int]]:
    """What moved in ``departments`` together at each date of their calendar, and what was open after it.

    ``new``, ``reopened``, ``closed``, ``withdrawn``, ``backlog`` (open) and ``overdue``: counts of findings. ``con``
    needs ``ledger_balance`` and ``overdue``, of restricted departments the released ones.
    """
    result = con.execute(query("findings", "ledger_total"), {"departments": [each.name for each in departments]})
    columns = [each[0] for each in result.description or ()][1:]
    return {as_of: dict(zip(columns, numbers, strict=True)) for as_of, *numbers in result.fetchall()}


def _build(con: duckdb.DuckDBPyConnection, department: Department, asked: dict[str, list[str]]) -> None:
    name, due = {"department": department.name}, _deadlines(department)
    for statement in con.extract_statements(query("findings", "ledger_clear")):
        con.execute(statement, name)
    _observe(con, department, asked)
    con.execute(query("findings", "ledger_step"))
    con.execute(query("findings", "ledger_step_decided"), name)
    for table in ("ledger_spell", "ledger_block", "ledger_event"):
        con.execute(query("findings", table))
    con.execute(query("findings", "ledger_balance"), name)
    for table in ("overdue", "ledger_flow"):
        con.execute(query("findings", table), name | due)
    con.execute(query("findings", "ledger_age"), name | due | _bands())
    con.execute(query("findings", "ledger_rate"), name)
    con.execute(query("findings", "finding_status"), name | due | {"fiscal_month": FISCAL_MONTH})
    con.execute(query("findings", "ledger_schedule"), name)
    write_durations(con, department.name)
    write_forecast(con, department.name)
    _check(con, department)


def _observe(con: duckdb.DuckDBPyConnection, department: Department, asked: dict[str, list[str]]) -> None:
    """The temporary tables of what deliveries and people say of one department's findings."""
    name = {"department": department.name}
    for view in ("ledger_date", "ledger_sighting"):
        con.execute(query("findings", view))
    for table in ("ledger_finding", "ledger_seen"):
        con.execute(query("findings", table), name)
    con.execute(query("findings", "ledger_gap"), name | asked)
    con.execute(query("findings", "ledger_shown"))
    con.execute(query("findings", "ledger_unjudged"), name)
    con.execute(query("findings", "ledger_observation"))
    con.execute(query("review", "pair_verdict"))
    con.execute(query("findings", "ledger_pair"), asked)
    con.execute(query("findings", "ledger_withdrawal"), name | {"time_zone": settings().time_zone})


def _check(con: duckdb.DuckDBPyConnection, department: Department) -> None:
    for check in ("ledger_check", "ledger_part_check"):
        _refuse(con.execute(query("findings", check), {"department": department.name}))


def _refuse(result: duckdb.DuckDBPyConnection) -> None:
    """Raise LedgerBalanceError when a check has found rows."""
    columns = [each[0] for each in result.description or ()]
    broken = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    if broken:
        raise LedgerBalanceError(_complaint(broken))


def _facts(rules: Sequence[Rule] | None) -> dict[str, list[str]]:
    """Two lists of equal length: rule, and the fact that it judges."""
    known = load_rules(settings().expectations) if rules is None else rules
    return {"rules": [each.id for each in known], "columns": [each.column for each in known]}


def _deadlines(department: Department) -> dict[str, Any]:
    """Two lists of equal length: severity, days."""
    return {"severities": list(SEVERITIES), "days": [int(getattr(department.sla_days, each)) for each in SEVERITIES]}


def _bands() -> dict[str, Any]:
    """Three lists of equal length: band, its first and its last day."""
    first, last = zip(*BANDS.values(), strict=True)
    return {"bands": list(BANDS), "from_days": list(first), "to_days": list(last)}


def _complaint(broken: Sequence[dict[str, Any]], shown: int = 5) -> str:
    lines = []
    for row in broken[:shown]:
        numbers = ", ".join(f"{key} {value}" for key, value in list(row.items())[4:])
        lines.append(f"{row['department']}, {row['as_of']}, {row['severity']}: {row['fault']} ({numbers})")
    if len(broken) > shown:
        lines.append(f"and {len(broken) - shown} rows more")
    return "the ledger does not add up: " + "; ".join(lines)
