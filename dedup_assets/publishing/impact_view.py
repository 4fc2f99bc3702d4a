"""What open findings hold up, as pages show it: permits, dwelling units, days; and what the law says of copies.

Put here which lines a page has and what they are called. Keep out how impact is measured (``findings.impact``) and
whether a count may be shown (``disclosure.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.disclosure import WITHHELD, Count, exact
from dedup_assets.publishing.explained_figures import (
    TOGETHER,
    disposal_name,
    disposal_totals,
    impact_name,
    put_together,
)
from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.words import number, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.publishing.explained_rows import ImpactRow

# Dimensions that a page breaks impact down by, where the tier has them: the heading of the table, and of its rows.
_GROUPS = {
    "council_district": (mark("By council district"), mark("Council district")),
    "community_plan_area": (mark("By community plan area"), mark("Community plan area")),
    "venue": (mark("By venue"), mark("Venue")),
    "federal": (mark("By federal funding"), mark("Federal money pays for the work")),
}
_VALUES = {"unknown": mark("not told by the records"), "yes": mark("Yes"), "no": mark("No")}

# What may be done with a further copy, by the law as it is written: title and why.
_DISPOSALS = {
    "may": (
        mark("May be disposed of"),
        mark("The same bytes for the same case, more than two years old; the other copy stays."),
    ),
    "ask_city_clerk": (
        mark("Ask the City Clerk"),
        mark("Other bytes, a form or a plan, or younger than two years: the City Clerk decides."),
    ),
    "may_not": (
        mark("May not be disposed of"),
        mark("Evidence, a police record, federally funded work, or the original of another case."),
    ),
    "not_a_duplicate": (mark("Not a copy"), mark("The finding is about something else.")),
    TOGETHER: (
        mark("Others together"),
        mark("Answers put together, because one of them alone stands for fewer than 11 findings."),
    ),
}
# What is held up, in counts that say of something of record how much of it there is.
_PARTS = ("permits", "permits_active", "dwelling_units")


@dataclass(frozen=True, slots=True)
class HeldLine:
    """What some open findings hold up; ``title`` is empty for all of them together.

    Days count from the delivery that brought the defect in. ``href``: the page of the department, if it is one's line.
    """

    title: str
    permits: Count
    permits_active: Count
    dwelling_units: Count
    unit_days: str
    longest: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """What is held up by one dimension; its lines overlap, so they do not add up."""

    title: str
    column: str
    lines: Sequence[HeldLine]


@dataclass(frozen=True, slots=True)
class DisposalLine:
    """How many open findings the law answers in one way."""

    title: str
    meaning: str
    findings: Count


@dataclass(frozen=True, slots=True)
class ImpactView:
    """What is held up in all, what the law says of copies, and by what dimension where the tier has it.

    ``disposal`` has the answers that may be shown; none where all are few.
    """

    whole: HeldLine
    disposal: Sequence[DisposalLine]
    groups: Sequence[HeldGroup] = ()


@dataclass(frozen=True, slots=True)
class CityImpact:
    """What is held up in each department, and, where exact numbers may be shown, in all of them together."""

    departments: Sequence[HeldLine]
    whole: HeldLine | None
    groups: Sequence[HeldGroup] = ()


def department_impact(impact: Sequence[ImpactRow], counts: Mapping[str, Count], *, is_exact: bool) -> ImpactView | None:
    """What one department's open findings hold up; None where that was not measured.

    ``impact``: the rows of that department. ``is_exact``: whether every count may be shown, and so all of it be broken
    down by district, area, venue and funding.
    """
    everything = next((each for each in impact if each.dimension == "all"), None)
    if everything is None:
        return None
    answers = disposal_totals(impact)
    if is_exact:
        said = {each: exact(findings) for each, findings in answers.items()}
        return ImpactView(_held("", everything, _exact(everything)), _disposal(said), held_groups(impact))
    withheld = Count(None, WITHHELD)
    whole = {part: counts.get(impact_name(part), withheld) for part in _PARTS}
    said = {each: counts[disposal_name(each)] for each in put_together(answers)}
    shown = {answer: count for answer, count in said.items() if count.value is not None}
    return ImpactView(_held("", everything, whole), _disposal(shown if shown.keys() != {TOGETHER} else {}))


def _disposal(said: Mapping[str, Count]) -> list[DisposalLine]:
    return [
        DisposalLine(text(_DISPOSALS[answer][0]), text(_DISPOSALS[answer][1]), count) for answer, count in said.items()
    ]


def city_impact(
    departments: Sequence[tuple[str, str, ImpactView | None]], impact: Sequence[ImpactRow], *, detailed: bool
) -> CityImpact | None:
    """The city's table: a line for each department that has one, by title, page and impact.

    ``impact``: the rows of the city. They are added up over departments as no reader could add them (a permit that two
    departments wait for counts once), so they are shown only where the departments' own are exact: ``detailed``.
    """
    lines = [
        HeldLine(title, held.permits, held.permits_active, held.dwelling_units, held.unit_days, held.longest, href)
        for title, href, held in ((title, href, view.whole) for title, href, view in departments if view)
    ]
    if not lines:
        return None
    everything = next((each for each in impact if each.dimension == "all"), None)
    if everything is None or not detailed:
        return CityImpact(lines, None)
    return CityImpact(lines, _held("", everything, _exact(everything)), held_groups(impact))


def disposal_title(disposal: str) -> str:
    """What the law says of a copy, in a few words: ``may_not`` is "May not be disposed of"."""
    return text(_DISPOSALS[disposal][0])


def held_groups(impact: Sequence[ImpactRow]) -> list[HeldGroup]:
    """The breakdowns of impact in exact numbers; one in which no record tells anything is left out."""
    groups = []
    for dimension, (title, column) in _GROUPS.items():
        rows = [each for each in impact if each.dimension == dimension]
        if any(each.value not in {"unknown", "no"} for each in rows):
            rows.sort(key=lambda each: (each.value == "unknown", -each.permits, -each.findings, each.value))
            lines = [_held(_value(dimension, each.value), each, _exact(each)) for each in rows]
            groups.append(HeldGroup(text(title), text(column), lines))
    return groups


def _value(dimension: str, value: str) -> str:
    if value == "unknown" or dimension == "federal":
        return text(_VALUES.get(value, value))
    return plain(value)


def _held(title: str, row: ImpactRow, counts: Mapping[str, Count]) -> HeldLine:
    """Days are shown only where every count beside them is: else they would tell that there is something."""
    is_shown = all(each.value is not None for each in counts.values())
    longest = texts("%(count)s day", "%(count)s days", row.longest_days) if is_shown else text(WITHHELD)
    return HeldLine(
        title=title,
        permits=counts["permits"],
        permits_active=counts["permits_active"],
        dwelling_units=counts["dwelling_units"],
        unit_days=number(row.unit_days) if is_shown else text(WITHHELD),
        longest=longest,
    )


def _exact(row: ImpactRow) -> dict[str, Count]:
    return {part: exact(getattr(row, part)) for part in _PARTS}
