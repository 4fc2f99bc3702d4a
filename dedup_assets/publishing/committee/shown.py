"""The counts that the committee gets beside those of a department's page, as they may be shown.

Ageing and breaches of a restricted department are held against everything that its page shows already: what stands
there is fixed, and where a reader could work a small count out of both together, ageing or breaches are withheld. Put
here those counts and their formulas; the arithmetic is ``disclosure.py``'s.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dedup_assets.publishing import figures as fig
from dedup_assets.publishing.committee.view import BANDS, SEVERITIES
from dedup_assets.publishing.disclosure import FEWER, SMALL, Count, Kind, exact, protect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.publishing.committee.rows import AgeRow
    from dedup_assets.publishing.disclosure import Figures
    from dedup_assets.publishing.figures import DepartmentRows
    from dedup_assets.publishing.view import DepartmentView


def age_name(band: str) -> str:
    """The name of the open findings in one band of age."""
    return f"age/{band}"


def late_name(severity: str) -> str:
    """The name of the findings of one severity that are past their deadline."""
    return f"late/{severity}"


def page_counts(view: DepartmentView) -> dict[str, Count]:
    """What a department's page shows, by the names of ``figures.py``."""
    shown = {
        fig.IMAGES: view.images,
        fig.OPEN: view.open_findings,
        fig.CRITICAL: view.critical,
        fig.OVERDUE: view.overdue,
    }
    for line in view.ledger:
        shown |= {fig.ledger_name(line.as_of, term): getattr(line, term) for term in fig.LEDGER_TERMS}
    for measure in view.measures:
        for part in ("defects", "measured", "population"):
            shown[fig.measure_name(measure.dimension, part)] = getattr(measure, part)
    for rule in view.rules:
        shown |= {fig.rule_name(rule.id, part): getattr(rule, part) for part in ("failing", "evaluated")}
    return shown


def late_counts(
    rows: DepartmentRows,
    page: Mapping[str, Count],
    ages: Sequence[AgeRow],
    weights: Mapping[str, float],
    *,
    restricted: bool,
) -> dict[str, Count]:
    """The counts of one department by age and by breach, by ``age_name`` and ``late_name``.

    ``rows`` are those that the department's page is made of, ``page`` the counts that it shows (``page_counts``). A
    count of ``rows`` that is not on it is taken for shown unless it is small: a reader knows no more than that.
    """
    values = _values(ages)
    if not restricted:
        return {name: exact(value) for name, value in values.items()}
    figures = fig.collect(rows, weights)
    figures.fixed = {
        name: page.get(name) or (exact(value) if value >= SMALL else Count(None, FEWER))
        for name, value in figures.values.items()
        if figures.kinds[name] is not Kind.derived
    }
    _relate(figures, values)
    shown = protect(figures)
    return {name: shown[name] for name in values}


def _values(ages: Sequence[AgeRow]) -> dict[str, int]:
    by_age = {age_name(band): sum(each.findings for each in ages if each.band == band) for band in BANDS}
    late = {late_name(name): sum(each.overdue for each in ages if each.severity == name) for name in SEVERITIES}
    return by_age | late


def _relate(figures: Figures, values: Mapping[str, int]) -> None:
    """The formulas between these counts and those of the page: a reader knows that they add up."""
    for name, value in values.items():
        figures.add(name, value, Kind.detail)
    for whole, parts in (
        (fig.OPEN, [age_name(each) for each in BANDS]),
        (fig.OVERDUE, [late_name(each) for each in SEVERITIES]),
    ):
        figures.relate({whole: -1, **dict.fromkeys(parts, 1)}, parts=parts)
    figures.relate({fig.CRITICAL: 1, late_name("critical"): -1}, 0, math.inf)
