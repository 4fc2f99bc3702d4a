"""The rows behind "why": causes of the open findings, what they hold up, and what moved the score.

Put here one dataclass for each of these queries and the reading of them. Keep out what may be shown of them and how it
is worded (``causes_view.py``, ``impact_view.py``, ``because.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from dedup_assets.scoring.measure import Measure
from dedup_assets.warehouse import CITY, query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    import duckdb

# Batches, photographs or sources named for each cause of a department: a list to read, not a log.
OCCURRENCES_PER_CAUSE = 3

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Open findings of one rule with one likely cause (``undetermined`` where nothing tells)."""

    department: str
    rule_id: str
    cause: str
    findings: int


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """What happened once and explains ``findings`` of a department; ``detail`` is its evidence as JSON."""

    department: str
    cause: str
    occurrence_id: str
    findings: int
    detail: str


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """What the open findings of one value of one dimension hold up; permits and units count once within it.

    ``unit_days``: of each dwelling unit the days of its longest defect. ``longest_days``: of the oldest open finding.
    """

    department: str
    dimension: str
    value: str
    findings: int
    images: int
    permits: int
    permits_active: int
    dwelling_units: int
    unit_days: int
    longest_days: int


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """What moved a score from ``before`` to ``after``, in points of 100: the four effects add up to the change."""

    department: str
    as_of: date
    previous_as_of: date
    before: Decimal
    after: Decimal
    rate: Decimal
    mix: Decimal
    coverage: Decimal
    policy: Decimal


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything of one publication that answers "why"; ``moved`` are the measures at both ends of each bridge."""

    causes: list[CauseRow] = field(default_factory=list)
    occurrences: list[OccurrenceRow] = field(default_factory=list)
    impact: list[ImpactRow] = field(default_factory=list)
    bridges: dict[str, BridgeRow] = field(default_factory=dict)
    moved: list[Measure] = field(default_factory=list)

    def impact_of(self, department: str, *dimensions: str) -> list[ImpactRow]:
        """The rows of a department (or of the city) in the named dimensions or in all, the most findings first."""
        own = [each for each in self.impact if each.department == department]
        return [each for each in own if each.dimension in dimensions] if dimensions else own


def read_explained(
    con: duckdb.DuckDBPyConnection, departments: Sequence[str], unrestricted: Sequence[str]
) -> Explained:
    """The rows of the named departments and of the city; single occurrences only of the ``unrestricted`` ones."""
    names = {"departments": list(departments)}
    with_city = {**names, "city": CITY}
    singled = {"departments": list(unrestricted), "occurrences": OCCURRENCES_PER_CAUSE}
    bridges = _read(con, "bridge_rows", with_city, BridgeRow)
    return Explained(
        causes=_read(con, "cause_rows", names, CauseRow),
        occurrences=_read(con, "occurrence_rows", singled, OccurrenceRow),
        impact=_read(con, "impact_rows", with_city, ImpactRow),
        bridges={each.department: each for each in bridges},
        moved=_read(con, "moved_rows", names, Measure),
    )


def _read(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object], kind: type[Row]) -> list[Row]:
    result: Any = con.execute(query("publishing", name), dict(parameters))
    columns = [each[0] for each in result.description]
    return [kind(**dict(zip(columns, row, strict=True))) for row in result.fetchall()]
