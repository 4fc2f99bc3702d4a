"""From measures to a score with bounds, and from the lower bound to a grade.

The formulas are those of the field notes on Los Angeles, section 6.2, computed in exact fractions: whoever computes
them again by hand gets the same grade, also on the edge of a band. Put here what follows from numbers alone; keep out
every table (``score.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from dedup_assets.scoring.measure import TIMELINESS
from dedup_assets.scoring.policy import NOT_RATED, exact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Rating:
    """``score``, ``lower`` and ``upper`` from 0 to 100, ``coverage`` from 0 to 1.

    lower <= score <= upper; ``score`` is None when no part of the data was measured.
    """

    score: Fraction | None
    coverage: Fraction
    lower: Fraction
    upper: Fraction


@dataclass(frozen=True, slots=True)
class Loss:
    """What one dimension takes from 100. ``points`` of all dimensions add up to 100 - score.

    ``unmeasured_points`` are what is not known: of all dimensions they add up to upper - lower.
    ``defects`` of ``measured`` of ``population`` are rows, cells or deliveries.
    """

    dimension: str
    points: float
    defects: int
    measured: int
    population: int
    unmeasured_points: float


def rate(policy: Policy, measures: Sequence[Measure]) -> Rating:
    """The rating of one department at one date, from one measure for each dimension that applies to it.

    The weights of the dimensions that apply are scaled to 1. Without any measure everything is unknown: coverage 0,
    bounds 0 and 100. Timeliness alone gives no score: that a delivery failed to come says nothing of what is in it.
    """
    shares = _shares(policy, measures)
    coverage = sum((share * _covered(each) for each, share in shares), Fraction())
    lower = 100 * sum(
        (share * Fraction(each.measured - each.defects, each.population) for each, share in shares), Fraction()
    )
    measured = [(each, share) for each, share in shares if each.measured]
    score = None
    if any(each.dimension != TIMELINESS for each, _ in measured):
        whole = sum(share for _, share in measured)
        lost = sum((share * Fraction(each.defects, each.measured) for each, share in measured), Fraction())
        score = 100 * (1 - lost / whole)
    return Rating(score, coverage, lower, lower + 100 * (1 - coverage))


def grade(policy: Policy, rating: Rating, overdue: Mapping[str, int]) -> tuple[str, str | None]:
    """The grade of the lower bound, and the severity whose overdue findings capped it, if any did.

    ``overdue`` counts the open findings past their deadline, by severity. A cap changes the grade alone: score and
    bounds stay what was measured, so that anyone who computes them again finds them.
    """
    # Without a score there is nothing to grade, whatever little coverage a policy asks for.
    if rating.score is None or rating.coverage < exact(policy.coverage_floor):
        return NOT_RATED, None
    order = list(policy.bands)
    worst = next(name for name, least in policy.bands.items() if rating.lower >= exact(least))
    capped_by = None
    for severity, cap in policy.caps.items():
        if overdue.get(severity, 0) and order.index(cap) > order.index(worst):
            worst, capped_by = cap, severity
    return worst, capped_by


def losses(policy: Policy, measures: Sequence[Measure]) -> list[Loss]:
    """Every dimension that loses points or leaves some open, the largest loss first.

    Without a score there is nothing that points could be taken from, so all of them are 0.
    """
    shares = _shares(policy, measures)
    scored = rate(policy, measures).score is not None
    whole = sum((share for each, share in shares if each.measured), Fraction())
    found = []
    for each, share in shares:
        points = 100 * share / whole * Fraction(each.defects, each.measured) if scored and each.measured else Fraction()
        unmeasured = 100 * share * (1 - _covered(each))
        if points or unmeasured:
            sizes = (each.defects, each.measured, each.population)
            found.append((points, unmeasured, Loss(each.dimension, float(points), *sizes, float(unmeasured))))
    # Stable: dimensions that lose the same stay in the order of their weights.
    found.sort(key=lambda each: each[:2], reverse=True)
    return [loss for _, _, loss in found]


def _shares(policy: Policy, measures: Sequence[Measure]) -> list[tuple[Measure, Fraction]]:
    """Each measure with its dimension's weight among the dimensions that apply, in the policy's order."""
    by_dimension = {each.dimension: each for each in measures}
    weighed = [(by_dimension[name], exact(weight)) for name, weight in policy.weights.items() if name in by_dimension]
    total = sum(weight for _, weight in weighed)
    return [(each, weight / total) for each, weight in weighed]


def _covered(each: Measure) -> Fraction:
    return Fraction(each.measured, each.population)
