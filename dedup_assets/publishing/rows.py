"""The rows that a publication is made of, as they stand in the city's warehouse.

Put here one dataclass for each ``*_rows.sql`` of this room and the reading of it. Keep out every decision about what
may be shown or how it is worded: ``disclosure.py`` and ``words.py`` make those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from dedup_assets.publishing.explained_rows import Explained, read_explained
from dedup_assets.scoring.measure import Measure
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

# Findings shown for each rule of a department: enough to see a pattern, few enough to look at each.
EXAMPLES_PER_RULE = 5

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One department at one date of the calendar; row counts are None when nothing was delivered."""

    department: str
    as_of: date
    status: str
    reason: str | None
    rows_in: int | None
    rows_accepted: int | None
    rows_rejected: int | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score: ``score``, ``lower`` and ``upper`` from 0 to 100, ``coverage`` from 0 to 1."""

    department: str
    as_of: date
    policy_version: str
    score: float | None
    coverage: float
    lower: float
    upper: float
    grade: str
    reason: str | None
    images: int
    open_findings: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule found: ``failing`` of ``evaluated`` records; ``mostly`` is the share that must pass, 0 to 1.

    A rule of the suite ``delivery`` judges deliveries, not records.
    """

    department: str
    rule_id: str
    suite: str
    status: str
    severity: str
    evaluated: int
    failing: int
    mostly: float


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """opening + new + reopened - closed - withdrawn = closing, for one severity."""

    department: str
    as_of: date
    severity: str
    opening: int
    new: int
    reopened: int
    closed: int
    withdrawn: int
    closing: int


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """Findings of one department that are open past their deadline."""

    department: str
    overdue: int


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One finding and the photograph it is about; ``byte_size`` is None unless the file could be read."""

    department: str
    rule_id: str
    finding_id: str
    subject: str
    condition: str
    evidence: str
    sha256: str | None
    storage_uri: str | None
    byte_size: int | None
    parcel: str | None

    @property
    def named(self) -> tuple[str, str] | None:
        """Department and image id of the other record that the finding is about, or None.

        Evidence (``findings/conditions.py``) says ``kept`` for the record that a copy is of; else it lists records as
        objects with ``image_id`` and, where it is another department's, ``department``, and the first is meant.
        """
        evidence = json.loads(self.evidence)
        if "kept" in evidence:
            return self.department, str(evidence["kept"])
        for record in _records(evidence):
            department, image_id = record.get("department", self.department), record["image_id"]
            if (department, image_id) != (self.department, self.subject):
                return str(department), str(image_id)
        return None


@dataclass(frozen=True, slots=True)
class TwinRow:
    """A record that a finding names beside its own."""

    department: str
    image_id: str
    sha256: str | None
    storage_uri: str | None
    byte_size: int | None
    parcel: str | None


@dataclass(frozen=True, slots=True)
class SearchRow:
    """The search in the city's pool: ``verdicts`` are pairs of contents by verdict."""

    pages: int
    total: int
    kept: int
    cut_elsewhere: int
    verdicts: dict[str, int]


@dataclass(frozen=True)
class Rows:
    """Everything that one publication is made of; ``as_of`` is the newest date of the calendar.

    Measures, rules and examples are each department's own newest ones: a department of which nothing was due at
    ``as_of`` keeps what it had.
    """

    as_of: date
    periods: list[PeriodRow]
    scores: list[ScoreRow]
    measures: list[Measure]
    rules: list[RuleRow]
    ledger: list[LedgerRow]
    overdue: dict[str, int]
    examples: list[ExampleRow]
    twins: dict[tuple[str, str], TwinRow]
    search: SearchRow | None
    explained: Explained = field(default_factory=Explained)

    def examples_of(self, department: str, rule_id: str) -> list[ExampleRow]:
        """The examples of one rule of one department."""
        return self._by_rule.get((department, rule_id), [])

    @cached_property
    def _by_rule(self) -> dict[tuple[str, str], list[ExampleRow]]:
        found: dict[tuple[str, str], list[ExampleRow]] = {}
        for each in self.examples:
            found.setdefault((each.department, each.rule_id), []).append(each)
        return found


def read_rows(
    con: duckdb.DuckDBPyConnection, departments: Sequence[str], unrestricted: Sequence[str], policy_version: str
) -> Rows | None:
    """The rows of the named departments and of the city; examples only of the ``unrestricted`` ones.

    A department that has rows but no document is in no list, so nothing of it is read. None when the warehouse knows
    no date of any of the departments.
    """
    names = {"departments": list(departments)}
    periods = _read(con, "period_rows", names, PeriodRow)
    if not periods:
        return None
    as_of = max(each.as_of for each in periods)
    open_names = {"departments": list(unrestricted)}
    examples = _read(con, "example_rows", {**open_names, "examples": EXAMPLES_PER_RULE}, ExampleRow)
    named = sorted({each.named for each in examples if each.named})
    asked = {"named_departments": [each[0] for each in named], "named_images": [each[1] for each in named]}
    twins = _read(con, "twin_rows", {**open_names, **asked}, TwinRow)
    return Rows(
        as_of=as_of,
        periods=periods,
        scores=_read(con, "score_rows", {**names, "city": CITY, "policy_version": policy_version}, ScoreRow),
        measures=_read(con, "measure_rows", names, Measure),
        rules=_read(con, "rule_rows", names, RuleRow),
        ledger=_read(con, "ledger_rows", names, LedgerRow),
        overdue={each.department: each.overdue for each in _read(con, "overdue_rows", names, OverdueRow)},
        examples=examples,
        twins={(each.department, each.image_id): each for each in twins},
        search=next(iter(_read(con, "search_rows", {}, SearchRow)), None),
        explained=read_explained(con, departments, unrestricted),
    )


def _records(value: object) -> Iterator[dict[str, Any]]:
    """Every object with an ``image_id`` anywhere in a JSON value, in order."""
    if isinstance(value, dict):
        if "image_id" in value:
            yield value
        for each in value.values():
            yield from _records(each)
    elif isinstance(value, list):
        for each in value:
            yield from _records(each)


def _read(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object], kind: type[Row]) -> list[Row]:
    result: Any = con.execute(query("publishing", name), dict(parameters))
    columns = [each[0] for each in result.description]
    return [kind(**dict(zip(columns, row, strict=True))) for row in result.fetchall()]
