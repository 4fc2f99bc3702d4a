"""The counts of causes and impact among a department's figures, and how they hang together with the others.

What is small is not hidden here one by one, which would drag the large numbers beside it along: it is put together
with others until the sum is not small. Put here which of these counts there are and the sums that a reader knows. Keep
out whether they may be shown (``disclosure.py``). Days and unit-days count no records: ``impact_view.py`` shows them
only beside counts that are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dedup_assets.publishing.disclosure import SMALL, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.publishing.disclosure import Figures
    from dedup_assets.publishing.explained_rows import CauseRow, ImpactRow

# What the law says of a further copy (findings/impact/measure.py), in the order in which it is told.
DISPOSALS = ("may", "ask_city_clerk", "may_not", "not_a_duplicate")
# The parts that are put together because some of them are small.
TOGETHER = "together"


def cause_name(cause: str) -> str:
    """The name of the open findings with one likely cause, or with those that are put ``TOGETHER``."""
    return f"cause/{cause}"


def impact_name(part: str) -> str:
    """The name of one part of what all open findings of a department hold up."""
    return f"impact/{part}"


def disposal_name(disposal: str) -> str:
    """The name of the open findings of which the law says one thing, or one of those put ``TOGETHER``."""
    return f"disposal/{disposal}"


def cause_totals(causes: Sequence[CauseRow]) -> dict[str, int]:
    """Open findings by likely cause, the rules together, in the order of causes."""
    totals: dict[str, int] = {}
    for row in sorted(causes, key=lambda each: each.cause):
        totals[row.cause] = totals.get(row.cause, 0) + row.findings
    return totals


def disposal_totals(impact: Sequence[ImpactRow]) -> dict[str, int]:
    """Open findings by what the law says of the copy; empty where impact was not measured."""
    answered = {each.value: each.findings for each in impact if each.dimension == "disposal"}
    return {each: answered.get(each, 0) for each in DISPOSALS} if answered else {}


def put_together(parts: Mapping[str, int]) -> dict[str, int]:
    """The parts of a sum so that none of them is small: what is, is added up, if need be with the smallest of the rest.

    A part of 0 is among them too, so that it cannot be told from a few.
    """
    kept = {name: value for name, value in parts.items() if value >= SMALL}
    rest = sum(value for name, value in parts.items() if name not in kept)
    if 0 < rest < SMALL and kept:
        smallest = min(kept, key=lambda name: (kept[name], name))
        rest += kept.pop(smallest)
    return {**kept, TOGETHER: rest} if len(kept) < len(parts) else kept


def add_causes(figures: Figures, causes: Sequence[CauseRow], whole: str) -> None:
    """The causes, which together are all open findings (``whole``): each finding has one likely cause."""
    totals = put_together(cause_totals(causes))
    _add_parts(figures, {cause_name(cause): findings for cause, findings in totals.items()}, whole)


def add_impact(figures: Figures, impact: Sequence[ImpactRow], whole: str) -> None:
    """What is held up in all, and what the law says of copies: every open finding (``whole``) has one answer.

    Each permit has one open finding at least. Of the permits, the active ones are a figure only where neither they nor
    the others are few. Nothing is added of a department whose impact was not measured.
    """
    everything = next((each for each in impact if each.dimension == "all"), None)
    if everything is None:
        return
    permits, active = everything.permits, everything.permits_active
    figures.add(impact_name("permits"), permits, Kind.detail)
    figures.relate({whole: 1, impact_name("permits"): -1}, 0, math.inf)
    figures.add(impact_name("dwelling_units"), everything.dwelling_units, Kind.detail)
    if active >= SMALL and permits - active >= SMALL:
        figures.add(impact_name("permits_active"), active, Kind.detail)
        figures.relate({impact_name("permits"): 1, impact_name("permits_active"): -1}, SMALL, math.inf)
    totals = put_together(disposal_totals(impact))
    _add_parts(figures, {disposal_name(each): findings for each, findings in totals.items()}, whole)


def _add_parts(figures: Figures, parts: Mapping[str, int], whole: str) -> None:
    """Parts of a whole. What was put together is withheld with the whole, so that it does not give the whole away."""
    for name, value in parts.items():
        figures.add(name, value, Kind.total if name.endswith(f"/{TOGETHER}") else Kind.detail)
    figures.relate({whole: -1, **dict.fromkeys(parts, 1)}, parts=parts)
