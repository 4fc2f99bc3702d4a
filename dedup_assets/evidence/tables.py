"""The tables of a bundle: which there are, which rows and columns a tier sees, and how they are written.

Rows are read and written in blocks, so memory does not grow with a table. Put here what leaves the warehouse. Keep out
the findings' leaves (``leaves.py``) and what is no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dedup_assets.evidence.canonical import Lines
from dedup_assets.evidence.layout import table
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from dedup_assets.evidence.bag import Bag
    from dedup_assets.evidence.period import Scope

BLOCK = 5000

# rows: what was found, record by record; of unrestricted departments alone. counts: of every department for auditors,
# of unrestricted ones for the committee, for a restricted count can be told from a total and its other parts. scores:
# of every department, as they are published. city: about the city alone.
Kind = Literal["rows", "counts", "scores", "city"]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``sql``: the query that reads it.

    ``of_newest``: it speaks of the newest date alone, so an earlier period's bundle is without it. ``documents``:
    columns of JSON. ``quoting``: columns that may quote a row, so they are null for a restricted department.
    ``hidden``: columns that the committee does not see, since they rest on images or name people.
    """

    name: str
    kind: Kind
    sql: str = "dated"
    of_newest: bool = False
    documents: tuple[str, ...] = ()
    quoting: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


FINDING = Table(
    "finding", "rows", "finding", documents=("evidence",), hidden=("condition", "evidence", "delivery_id", "row_no")
)

TABLES = (
    Table("period", "counts", quoting=("delivery_id", "reason")),
    Table("rule_result", "counts", quoting=("reason",)),
    Table(
        "finding_cause",
        "rows",
        "finding_cause",
        documents=("detail",),
        hidden=("occurrence_id", "support", "considered", "detail", "suggested_apn"),
    ),
    Table("finding_status", "rows", of_newest=True),
    Table("finding_impact", "rows", of_newest=True),
    Table("impact_total", "counts", of_newest=True),
    Table("ledger_event", "rows"),
    Table("ledger_balance", "counts"),
    Table("ledger_age", "counts"),
    Table("ledger_duration", "counts", of_newest=True),
    Table("ledger_flow", "counts"),
    Table("ledger_forecast", "counts", of_newest=True),
    Table("ledger_rate", "counts"),
    Table("ledger_schedule", "counts", of_newest=True),
    Table("overdue", "counts"),
    Table("measure", "counts"),
    Table("score_history", "scores"),
    Table("score_explanation", "counts"),
    Table("score_bridge", "counts"),
    Table("score_order", "city", "city_dated"),
    Table("policy", "city", "whole", documents=("document",)),
    Table("decision", "city", "whole", hidden=("decided_by", "reason", "ended_by", "ended_reason")),
)


def write_tables(con: duckdb.DuckDBPyConnection, scope: Scope, bag: Bag) -> list[dict[str, Any]]:
    """Write every table but ``finding``; returns what ``bundle.json`` says of each: name, rows, columns.

    A table that is not in the bundle has no rows and a reason instead.
    """
    return [_write(con, scope, bag, each) for each in TABLES]


def lines_of(con: duckdb.DuckDBPyConnection, scope: Scope, about: Table) -> tuple[tuple[str, ...], Iterator[bytes]]:
    """The columns and the lines of a table in its order, as the tier sees them."""
    columns = _asked(con, scope, about, _departments(scope, about))
    shown = tuple(each for each in columns if scope.tier == "auditor" or each not in about.hidden)
    lines, unrestricted = Lines(about.documents), frozenset(scope.unrestricted)

    def made() -> Iterator[bytes]:
        for row in fetched(con, columns):
            if "department" in row and row["department"] not in unrestricted:
                _withhold(row, about, scope)
            yield lines.line({name: row[name] for name in shown})

    return shown, made()


def fetched(con: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of the query that ``con`` ran last, block by block."""
    while block := con.fetchmany(BLOCK):
        for row in block:
            yield dict(zip(columns, row, strict=True))


def ask(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> tuple[str, ...]:
    """Run ``evidence/<name>.sql``; returns its columns."""
    con.execute(query("evidence", name), values)
    return tuple(each[0] for each in con.description or ())


def _write(con: duckdb.DuckDBPyConnection, scope: Scope, bag: Bag, about: Table) -> dict[str, Any]:
    if about.of_newest and not scope.is_newest:
        return {
            "name": about.name,
            "absent": "it is computed for the newest date alone, and this period is an earlier one",
        }
    columns, lines = lines_of(con, scope, about)
    with bag.open(table(about.name)) as file:
        rows = 0
        for line in lines:
            file.write(line + b"\n")
            rows += 1
    return {"name": about.name, "rows": rows, "columns": list(columns)}


def _departments(scope: Scope, about: Table) -> list[str]:
    if about.kind == "rows":
        return scope.unrestricted
    if about.kind == "scores":
        return [*scope.names, CITY]
    # The city's impact is that of the departments of its pool, which are unrestricted.
    whole = [CITY] if scope.tier == "auditor" or about.name == "impact_total" else []
    return [*scope.counted, *whole]


def _asked(con: duckdb.DuckDBPyConnection, scope: Scope, about: Table, departments: list[str]) -> tuple[str, ...]:
    given: dict[str, Any] = {"table": about.name, "departments": departments, "as_of": scope.as_of}
    takes = {
        "dated": ("table", "departments", "as_of"),
        "city_dated": ("table", "as_of"),
        "whole": ("table",),
    }.get(about.sql, ("departments", "as_of"))
    return ask(con, about.sql, {name: given[name] for name in takes})


def _withhold(row: dict[str, Any], about: Table, scope: Scope) -> None:
    """Take out of a row of a restricted department, or of the city, what the tier may not see."""
    row.update(dict.fromkeys(about.quoting))
    if about.kind == "scores" and scope.tier == "committee":
        row.update(images=None, open_findings=None)
        for name in ("score", "lower", "upper"):  # as they are published; more digits would tell small counts
            row[name] = None if row[name] is None else round(row[name], 1)
        row["coverage"] = round(row["coverage"], 3)
