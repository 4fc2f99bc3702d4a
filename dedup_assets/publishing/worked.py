"""The arithmetic of one score of this publication, line by line, so that a reader can do it again with a pencil.

Put here which department is the example, and its lines. Keep out the formulas: they are scoring's
(``scoring/rating.py``, after the field notes on Los Angeles, section 6.2); a test holds the sums against its scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.view import DepartmentView, MeasureLine


@dataclass(frozen=True, slots=True)
class WorkedLine:
    """One measure: A ``defects`` in B ``measured`` of N ``population``, and what they come to in points.

    ``weight`` is that among the measures that apply to the department, all of which make 100. ``points`` go into the
    score, ``certain`` into the lower bound; ``unknown`` is the distance between the bounds.
    """

    title: str
    weight: float
    defects: Count
    measured: Count
    population: Count
    points: float
    certain: float
    unknown: float


@dataclass(frozen=True, slots=True)
class WorkedScore:
    """The lines of one department, and their sums."""

    department: DepartmentView
    lines: Sequence[WorkedLine]

    @property
    def points(self) -> float:
        """The score, not rounded."""
        return sum(each.points for each in self.lines)

    @property
    def certain(self) -> float:
        """The lower bound, not rounded."""
        return sum(each.certain for each in self.lines)

    @property
    def unknown(self) -> float:
        """The points between the bounds, not rounded."""
        return sum(each.unknown for each in self.lines)

    @property
    def upper(self) -> float:
        """The upper bound, not rounded."""
        return self.certain + self.unknown

    @property
    def coverage(self) -> float:
        """The share that could be checked."""
        return 1 - self.unknown / 100


def worked_score(departments: Sequence[DepartmentView]) -> WorkedScore | None:
    """The example: of the departments whose every number is shown, one of those with the lowest scores.

    None where no department is rated, or each has a number that may not be shown, for it could be worked out from the
    sums. Where all are shown, so could the sums.
    """
    shown = [each for each in departments if each.now.rated and _is_open(each)]
    chosen = min(shown, key=lambda each: (each.restricted, each.now.score, each.name), default=None)
    return WorkedScore(chosen, _lines(chosen.measures)) if chosen else None


def worked_measure(departments: Sequence[DepartmentView]) -> MeasureLine | None:
    """The measure that costs its department the most points, of those whose numbers are shown; None without any."""
    shown = [measure for each in departments for measure in each.measures if measure.lost and measure.measured.value]
    return max(shown, key=lambda each: (each.lost or 0.0, each.dimension), default=None)


def _is_open(department: DepartmentView) -> bool:
    """Whether all its measures are shown and something was checked of each."""
    measures = department.measures
    return bool(measures) and all(
        each.defects.value is not None and each.measured.value and each.population.value for each in measures
    )


def _lines(measures: Sequence[MeasureLine]) -> list[WorkedLine]:
    whole = sum(each.weight for each in measures)
    return [_line(each, 100 * each.weight / whole) for each in measures]


def _line(measure: MeasureLine, weight: float) -> WorkedLine:
    defects, measured, population = (
        each.value or 0 for each in (measure.defects, measure.measured, measure.population)
    )
    return WorkedLine(
        title=measure.title,
        weight=weight,
        defects=measure.defects,
        measured=measure.measured,
        population=measure.population,
        points=weight * (1 - defects / measured),
        certain=weight * (measured - defects) / population,
        unknown=weight * (1 - measured / population),
    )
