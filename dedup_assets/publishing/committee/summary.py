"""The first page in words: the numbers that a council member takes away, and what needs attention.

Put here the choice and the sentences of the summary. Every sentence has one count, so that it can be said in any
language, and names at most three things: the rest stands on the pages behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.committee.view import Fact, SummaryPart
from dedup_assets.publishing.language import text, texts
from dedup_assets.publishing.sentences import why_not_rated
from dedup_assets.publishing.words import day, listed, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dedup_assets.publishing.committee.view import (
        CauseLine,
        DepartmentPart,
        ImpactPart,
        LatePart,
        LedgerPart,
    )
    from dedup_assets.publishing.view import ScorePoint

NAMED = 3
# A title longer than this is cut on the first page; it stands whole on the department's own.
TITLE = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What stands on the pages behind the summary; ``change`` says what moved the city's score since ``previous``."""

    now: ScorePoint
    previous: date | None
    change: str
    departments: Sequence[DepartmentPart]
    ledger: LedgerPart
    late: LatePart
    impact: ImpactPart
    causes: Sequence[CauseLine]
    coverage_floor: float


def summary(told: Told) -> SummaryPart:
    """The summary of everything that stands on the pages behind it."""
    return SummaryPart(
        headline=_headline(told.now, told.departments),
        facts=_facts(told.previous, told.ledger, told.late, told.impact),
        attention=[
            text("The city as a whole. %(change)s", change=told.change),
            *_not_rated(told.departments, told.coverage_floor),
            *_latest(told.late, told.impact),
            *_places(told.impact),
            *_cause(told.causes),
            *([told.late.outlook] if told.late.outlook else []),
        ],
    )


def short(title: str) -> str:
    """A department's title as it fits on the first page."""
    return title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…"


def _headline(now: ScorePoint, departments: Sequence[DepartmentPart]) -> str:
    rated = sum(each.view.now.rated for each in departments)
    everyone = texts(
        "%(rated)s of %(count)s department is rated.",
        "%(rated)s of %(count)s departments are rated.",
        len(departments),
        rated=number(rated),
    )
    if not now.rated:
        said = text("The city as a whole is not rated: too little of what should be checked could be checked.")
    else:
        said = text(
            "The city's images score %(score)s of 100, grade %(grade)s.", score=now.score_text, grade=now.grade_text
        )
    return f"{said} {everyone}"


def _facts(previous: date | None, ledger: LedgerPart, late: LatePart, impact: ImpactPart) -> list[Fact]:
    line, total = ledger.total, impact.total
    more = (line.closing.value or 0) - (line.opening.value or 0)
    since = text("since %(since)s", since=day(previous)) if previous else text("until now")
    compared = text("as many as before")
    if previous is None:
        compared = text("at the first date")
    elif more > 0:
        compared = texts("%(count)s more than before", "%(count)s more than before", more)
    elif more < 0:
        compared = texts("%(count)s fewer than before", "%(count)s fewer than before", -more)
    return [
        Fact(text("Open findings"), line.closing.text, compared),
        Fact(text("Corrected"), line.closed.text, since),
        Fact(text("New or came back"), number((line.new.value or 0) + (line.reopened.value or 0)), since),
        Fact(text("Past their deadline"), number(_late(late)), text("of those that are open")),
        Fact(
            text("Permits with an open finding"),
            number(total.permits_active if total else 0),
            text("permits that are still active"),
        ),
        Fact(
            text("Dwelling units behind them"),
            number(total.dwelling_units if total else 0),
            text("in the applications concerned"),
        ),
    ]


def _late(late: LatePart) -> int:
    """Findings past their deadline, of the departments that are counted exactly."""
    return sum(each.total.value or 0 for each in late.breaches if each.is_counted)


def _not_rated(departments: Sequence[DepartmentPart], coverage_floor: float) -> list[str]:
    missing = [
        f"{short(each.title)} ({why_not_rated(each.now.status, each.now.coverage, coverage_floor)})"
        for each in (part.view for part in departments)
        if not each.now.rated
    ]
    if not missing:
        return []
    return [text("Not rated: %(departments)s.", departments=named(missing))]


def _latest(late: LatePart, impact: ImpactPart) -> list[str]:
    ranked = sorted(
        ((each.total.value or 0, each.title) for each in late.breaches if each.is_counted and each.total.value),
        key=lambda each: (-each[0], each[1]),
    )
    if not ranked:
        return [text("Nothing is past its deadline.")]
    said = text(
        "Most findings past their deadline: %(departments)s.",
        departments=named([f"{short(title)} ({number(count)})" for count, title in ranked]),
    )
    oldest = impact.total.longest_days if impact.total else 0
    if not oldest:
        return [said]
    age = texts("The oldest has been open for %(count)s day.", "The oldest has been open for %(count)s days.", oldest)
    return [f"{said} {age}"]


def _places(impact: ImpactPart) -> list[str]:
    """Where the most dwelling units wait, or the most active permits where no units do; and the venues."""
    said = []
    for of in ("dwelling_units", "permits_active"):
        ranked = [
            each for each in sorted(impact.districts, key=lambda each: -int(getattr(each, of))) if getattr(each, of)
        ]
        if not ranked:
            continue
        places = named([f"{each.title} ({number(getattr(each, of))})" for each in ranked])
        if of == "dwelling_units":
            said.append(text("Most dwelling units with an open finding: %(places)s.", places=places))
        else:
            said.append(text("Most active permits with an open finding: %(places)s.", places=places))
        break
    if impact.venues:
        said.append(
            text("Venues with an open finding: %(venues)s.", venues=named([each.title for each in impact.venues]))
        )
    return said


def _cause(causes: Sequence[CauseLine]) -> list[str]:
    known = [each for each in causes if each.is_known]
    if not known:
        return []
    return [
        texts(
            "The most frequent cause that could be told: %(cause)s (%(count)s finding). %(advice)s",
            "The most frequent cause that could be told: %(cause)s (%(count)s findings). %(advice)s",
            known[0].findings,
            cause=known[0].title,
            advice=known[0].advice,
        )
    ]


def named(items: Sequence[str], most: int = NAMED) -> str:
    """The first few of a list, and how many more there are."""
    if len(items) <= most:
        return listed(items)
    rest = len(items) - most
    more = texts("%(count)s more", "%(count)s more", rest)
    return listed([*items[:most], more])
