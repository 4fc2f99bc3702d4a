"""The counts of one department under the names that pages use, and the formulas that a reader knows between them.

Put here which counts are published and how they hang together. Keep out whether they may be shown
(``disclosure.py``): a restricted and an unrestricted department differ in nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dedup_assets.publishing.disclosure import Figures, Kind
from dedup_assets.publishing.explained_figures import add_causes, add_impact
from dedup_assets.publishing.words import down, up
from dedup_assets.scoring.measure import TIMELINESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dedup_assets.publishing.explained_rows import CauseRow, ImpactRow
    from dedup_assets.publishing.rows import LedgerRow, RuleRow, ScoreRow
    from dedup_assets.scoring.measure import Measure

# The terms of a ledger row in the order of its equation, each with its sign.
LEDGER_TERMS = {"opening": 1, "new": 1, "reopened": 1, "closed": -1, "withdrawn": -1, "closing": -1}
_LEDGER_TOTALS = frozenset({"opening", "closing"})

# The suite whose rules judge deliveries, not records (expectations/delivery.json).
DELIVERY_SUITE = "delivery"

IMAGES = "images"
OPEN = "open"
CRITICAL = "open/critical"
OVERDUE = "open/overdue"


def measure_name(dimension: str, part: str) -> str:
    """The name of A (``defects``), B (``measured``) or N (``population``) of one dimension."""
    return f"measure/{dimension}/{part}"


def rule_name(rule_id: str, part: str) -> str:
    """The name of the ``failing`` or ``evaluated`` records of one rule."""
    return f"rule/{rule_id}/{part}"


def ledger_name(as_of: date, term: str) -> str:
    """The name of one term of the ledger at one date, severities together."""
    return f"ledger/{as_of.isoformat()}/{term}"


@dataclass(frozen=True, slots=True)
class DepartmentRows:
    """The rows of one department; ``score``, ``measures`` and ``rules`` are of its newest date."""

    score: ScoreRow | None
    measures: Sequence[Measure]
    rules: Sequence[RuleRow]
    ledger: Sequence[LedgerRow]
    overdue: int = 0
    causes: Sequence[CauseRow] = ()
    impact: Sequence[ImpactRow] = ()


def collect(rows: DepartmentRows, weights: Mapping[str, float]) -> Figures:
    """The counts of one department and what relates them."""
    figures = Figures()
    figures.add(IMAGES, rows.score.images if rows.score else 0, Kind.size)
    _add_ledger(figures, rows)
    _add_measures(figures, rows, weights)
    _add_rules(figures, rows)
    add_causes(figures, rows.causes, OPEN)
    add_impact(figures, rows.impact, OPEN)
    return figures


def ledger_totals(ledger: Sequence[LedgerRow]) -> dict[date, dict[str, int]]:
    """The terms of the ledger at every date, severities (and departments) together, in the order of dates."""
    totals: dict[date, dict[str, int]] = {}
    for row in sorted(ledger, key=lambda each: each.as_of):
        of_date = totals.setdefault(row.as_of, dict.fromkeys(LEDGER_TERMS, 0))
        for term in LEDGER_TERMS:
            of_date[term] += getattr(row, term)
    return totals


def _add_ledger(figures: Figures, rows: DepartmentRows) -> None:
    totals = ledger_totals(rows.ledger)
    for as_of, terms in totals.items():
        for term, value in terms.items():
            figures.add(ledger_name(as_of, term), value, Kind.total if term in _LEDGER_TOTALS else Kind.detail)
        figures.relate({ledger_name(as_of, term): sign for term, sign in LEDGER_TERMS.items()})
    for before, after in pairwise(totals):
        figures.relate({ledger_name(before, "closing"): 1, ledger_name(after, "opening"): -1})
    newest = max(totals, default=None)
    still_open = totals[newest]["closing"] if newest else 0
    critical = sum(row.closing for row in rows.ledger if row.as_of == newest and row.severity == "critical")
    figures.add(OPEN, still_open, Kind.total)
    for part, value in ((CRITICAL, critical), (OVERDUE, rows.overdue)):
        figures.add(part, value, Kind.detail)
        _add_complement(figures, part, OPEN)
    if newest:
        figures.relate({OPEN: 1, ledger_name(newest, "closing"): -1})


def _add_measures(figures: Figures, rows: DepartmentRows, weights: Mapping[str, float]) -> None:
    for row in rows.measures:
        for part in ("defects", "measured", "population"):
            kind = Kind.detail if part == "defects" else Kind.size
            if row.dimension == TIMELINESS:
                kind = Kind.delivery
            figures.add(measure_name(row.dimension, part), getattr(row, part), kind)
        _add_complement(figures, measure_name(row.dimension, "defects"), measure_name(row.dimension, "measured"))
    if rows.score and rows.score.score is not None:
        _relate_scores(figures, rows.score, rows.measures, weights)


def _relate_scores(
    figures: Figures, score: ScoreRow, measures: Sequence[Measure], weights: Mapping[str, float]
) -> None:
    """What the published score and bounds say of the defects, by the published formulas (field notes, section 6.2)."""
    weighed = [each for each in measures if each.measured and weights.get(each.dimension, 0) > 0]
    whole = sum(weights[each.dimension] for each in weighed)
    everything = sum(weights.get(each.dimension, 0.0) for each in measures)
    if not weighed or score.score is None:
        return
    lost = {_defects(each): -100 * weights[each.dimension] / whole / each.measured for each in weighed}
    shown = down(score.score, 0)
    figures.relate(lost, shown - 100, shown - 99)
    least = {_defects(each): -100 * weights[each.dimension] / everything / each.population for each in weighed}
    known = sum(100 * weights[each.dimension] / everything * each.measured / each.population for each in weighed)
    figures.relate(least, down(score.lower, 0) - known, down(score.lower, 0) + 1 - known)
    figures.relate(least, up(score.upper, 0) - 1 - 100, up(score.upper, 0) - 100)


def _defects(row: Measure) -> str:
    return measure_name(row.dimension, "defects")


def _add_rules(figures: Figures, rows: DepartmentRows) -> None:
    for row in rows.rules:
        failing, evaluated = rule_name(row.rule_id, "failing"), rule_name(row.rule_id, "evaluated")
        of_delivery = row.suite == DELIVERY_SUITE
        figures.add(failing, row.failing, Kind.delivery if of_delivery else Kind.detail)
        figures.add(evaluated, row.evaluated, Kind.delivery if of_delivery else Kind.size)
        _add_complement(figures, failing, evaluated)
        # Whether the rule is met says on which side of the threshold the failing records lie.
        if row.status in {"pass", "fail"}:
            over = {failing: 1.0, evaluated: row.mostly - 1}
            met = row.status == "pass"
            figures.relate(over, -math.inf if met else 0.0, 0.0 if met else math.inf)
    for total, of_severity in ((OPEN, None), (CRITICAL, "critical")):
        parts = [rule_name(row.rule_id, "failing") for row in rows.rules if of_severity in {None, row.severity}]
        figures.relate({total: -1, **dict.fromkeys(parts, 1)}, parts=parts)


def _add_complement(figures: Figures, part: str, whole: str) -> None:
    """What a reader gets by subtracting: the records of ``whole`` that are not in ``part``."""
    if figures.kinds[part] is Kind.delivery:
        return
    rest = f"{part}/rest"
    figures.add(rest, figures.values[whole] - figures.values[part], Kind.derived)
    figures.relate({whole: -1, part: 1, rest: 1}, parts=(part, rest))
