"""Sentences that are computed from what they say: headline, change, reasons, summaries of charts.

Put here every sentence whose words depend on data, each a whole message with named values, so that it can be said in
another language. Keep out fixed text, which stands in the templates.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dedup_assets.publishing.disclosure import WITHHELD
from dedup_assets.publishing.language import mark, mark_both, text, texts
from dedup_assets.publishing.words import (
    PERIOD_STATUSES,
    SEVERITIES,
    cost,
    counted,
    day,
    listed,
    number,
    percent,
    points,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.view import DepartmentView, LedgerLine, ScorePoint
    from dedup_assets.scoring.policy import Policy

# A change of less than one point is not worth a sentence: the score moves by that much with every delivery.
NOTABLE_POINTS = 1.0
# Dates that a sentence names; a longer list is in the table.
NAMED_DATES = 3


def reason_not_rated(now: ScorePoint, coverage_floor: float) -> str | None:
    """Why a department has no grade, from what is published of it anyway; None when that does not explain it."""
    date = day(now.as_of)
    if now.status == "missing" or now.status is None:
        return text("No delivery was received for %(date)s.", date=date)
    if now.status == "empty":
        return text("The delivery of %(date)s held no records.", date=date)
    if now.status == "unreadable":
        return text("The delivery of %(date)s could not be read.", date=date)
    if now.status == "not_due":
        return text("Nothing was due for %(date)s, and nothing was delivered.", date=date)
    if now.coverage < coverage_floor:
        return text(
            "Only %(share)s of what should be checked could be checked; a grade needs at least %(least)s.",
            share=percent(now.coverage),
            least=percent(coverage_floor),
        )
    return None


def reason_nothing_measured(now: ScorePoint, images: Count) -> str:
    """Why there is no grade where the delivery came and enough was checked; ``images``: how many it has."""
    if images.value == 0:
        return text("Every row of the delivery of %(date)s was rejected.", date=day(now.as_of))
    return text("The scoring policy gives no grade for this delivery.")


def reason_capped(grade: str, policy: Policy | None) -> str:
    """Why a grade is lower than its bound would be.

    ``policy`` has the best grade by severity of an overdue finding; None where it may not be said which.
    Without counts: the number of overdue findings stands elsewhere, as far as it may be shown.
    """
    caps = policy.caps.items() if policy else ()
    held = [text("“%(severity)s”", severity=SEVERITIES[severity]) for severity, best in caps if best == grade]
    if not held:
        return text("The grade is held at %(grade)s by the scoring policy.", grade=grade)
    return text(
        "The grade is held at %(grade)s, because findings of severity %(severities)s are open past their deadlines.",
        grade=grade,
        severities=listed(held),
    )


def why_not_rated(status: str | None, coverage: float, coverage_floor: float) -> str:
    """The same in two or three words, for a list."""
    if status in {"missing", "empty", "unreadable", "not_due", None}:
        return PERIOD_STATUSES[status or "missing"].lower()
    return text("%(share)s checked", share=percent(coverage)) if coverage < coverage_floor else text("see its page")


def headline(now: ScorePoint, departments: Sequence[DepartmentView], coverage_floor: float) -> str:
    """The city in one or two sentences: what it is rated, and who is not."""
    if now.rated:
        score = text("Score %(score)s, grade %(grade)s.", score=now.score_text, grade=now.grade)
    else:
        score = text(
            "The city as a whole is not rated: %(share)s of what should be checked could be checked.",
            share=percent(now.coverage),
        )
    return f"{score} {_who_is_rated(departments, coverage_floor)}"


def _who_is_rated(departments: Sequence[DepartmentView], coverage_floor: float) -> str:
    missing = [each for each in departments if not each.now.rated]
    total = len(departments)
    if not missing:
        return texts("The one department is rated.", "All %(count)s departments are rated.", total)
    names = listed(
        [f"{each.title} ({why_not_rated(each.now.status, each.now.coverage, coverage_floor)})" for each in missing]
    )
    if total == 1:
        return text("The one department is not rated: %(names)s.", names=names)
    return texts(
        "%(count)s of %(total)s departments is not rated: %(names)s.",
        "%(count)s of %(total)s departments are not rated: %(names)s.",
        len(missing),
        total=number(total),
        names=names,
    )


def attention(departments: Sequence[DepartmentView]) -> list[str]:
    """What needs attention beside missing grades: critical findings and low grades, by name."""
    found = []
    countable = [each for each in departments if not each.restricted]
    critical, names = _ranked([(each.critical.value or 0, each.title) for each in countable])
    if critical and any(each.critical.value is None for each in countable):
        found.append(
            text("At least %(count)s critical findings are open: %(names)s.", count=number(critical), names=names)
        )
    elif critical:
        found.append(
            texts(
                "%(count)s critical finding is open: %(names)s.",
                "%(count)s critical findings are open: %(names)s.",
                critical,
                names=names,
            )
        )
    overdue, names = _ranked([(each.overdue.value or 0, each.title) for each in countable])
    if overdue and any(each.overdue.value is None for each in countable):
        found.append(
            text("At least %(count)s findings are past their deadlines: %(names)s.", count=number(overdue), names=names)
        )
    elif overdue:
        found.append(
            texts(
                "%(count)s finding is past its deadline: %(names)s.",
                "%(count)s findings are past their deadlines: %(names)s.",
                overdue,
                names=names,
            )
        )
    low = [each.title for each in departments if each.now.grade in {"D", "F"}]
    if low:
        found.append(text("Graded D or F: %(names)s.", names=listed(sorted(low))))
    return found


def _ranked(counts: Sequence[tuple[int, str]]) -> tuple[int, str]:
    """The sum of counts, and the departments they come from, the largest first."""
    ranked = sorted((each for each in counts if each[0]), key=lambda each: (-each[0], each[1]))
    return sum(count for count, _ in ranked), listed([f"{title} ({number(count)})" for count, title in ranked])


def changes(
    now: ScorePoint, before: ScorePoint | None, departments: Sequence[DepartmentView], ledger: Sequence[LedgerLine]
) -> list[str]:
    """What changed since the period before, in sentences; scores only within one policy version."""
    if before is None:
        return [text("This is the first period, so there is nothing to compare it with.")]
    newest = [each for each in ledger if each.as_of == now.as_of]
    return [_score_change(now, before), *_department_changes(departments), *map(_ledger_change, newest)]


def _score_change(now: ScorePoint, before: ScorePoint) -> str:
    """How the city's score changed."""
    since = day(before.as_of)
    if now.score is None and before.score is None:
        return text("The city is not rated, and was not on %(date)s.", date=since)
    if now.score is None:
        return text("The city is no longer rated; on %(date)s it was.", date=since)
    if before.score is None:
        return text("The city is rated again; on %(date)s it was not.", date=since)
    return _score_step(now.score, before.score, since, same_policy=now.policy_version == before.policy_version)


def _score_step(now: float, before: float, since: str, *, same_policy: bool) -> str:
    if not same_policy:
        return text("The scoring policy changed since %(date)s, so the two scores are not compared.", date=since)
    new, old = points(now), points(before)
    if now == before:
        return text("The city's score is unchanged since %(date)s, at %(score)s.", date=since, score=new)
    if now > before:
        return text("The city's score rose from %(old)s to %(new)s since %(date)s.", old=old, new=new, date=since)
    return text("The city's score fell from %(old)s to %(new)s since %(date)s.", old=old, new=new, date=since)


def _department_changes(departments: Sequence[DepartmentView]) -> list[str]:
    """The departments that rose, fell, or went from rated to not rated and back."""
    steps = [
        (each.now.score - each.before.score, each.title)
        for each in departments
        if each.before
        and each.now.score is not None
        and each.before.score is not None
        and each.now.policy_version == each.before.policy_version
    ]
    turned = [
        (each.now.rated, each.title) for each in departments if each.before and each.now.rated is not each.before.rated
    ]
    said = [
        (mark("Scores that rose: %(names)s."), _moved(steps, 1)),
        (mark("Scores that fell: %(names)s."), _moved(steps, -1)),
        (mark("No longer rated: %(names)s."), sorted(title for rated, title in turned if not rated)),
        (mark("Rated again: %(names)s."), sorted(title for rated, title in turned if rated)),
    ]
    return [text(message, names=listed(names)) for message, names in said if names]


def _moved(steps: Sequence[tuple[float, str]], sign: int) -> list[str]:
    """The departments whose score moved notably up (1) or down (-1), the furthest first."""
    moved = sorted((each for each in steps if each[0] * sign >= NOTABLE_POINTS), key=lambda s: (-s[0] * sign, s[1]))
    return [text("%(title)s by %(points)s", title=title, points=cost(abs(step))) for step, title in moved]


def _ledger_change(line: LedgerLine) -> str:
    """How the ledger moved; what may not be shown is left out."""
    moves = [
        (*mark_both("%(count)s is new", "%(count)s are new"), line.new),
        (*mark_both("%(count)s came back", "%(count)s came back"), line.reopened),
        (*mark_both("%(count)s was corrected", "%(count)s were corrected"), line.closed),
        (*mark_both("%(count)s was withdrawn", "%(count)s were withdrawn"), line.withdrawn),
    ]
    moved = [counted(one, many, count) for one, many, count in moves if _is_told(count)]
    if not moved:
        return text("How many findings are new and how many were corrected is not shown.")
    if not _is_told(line.closing):
        return text("Of the findings, %(moved)s.", moved=listed(moved))
    return counted(
        "Of the findings, %(moved)s; %(count)s is open.",
        "Of the findings, %(moved)s; %(count)s are open.",
        line.closing,
        moved=listed(moved),
    )


def _is_told(count: Count) -> bool:
    """Whether a count says anything: a number, or how large it is at least or at most."""
    return count.value is not None or count.least > 0 or count.words != WITHHELD


def score_of(title: str | None) -> str:
    """What a chart is about: the score of a department by its title, or the city's."""
    return text("The city's score") if title is None else text("The score of %(title)s", title=title)


def trend_title(title: str | None) -> str:
    """The heading of the table behind a chart."""
    if title is None:
        return text("Score of the city over time")
    return text("Score of %(title)s over time", title=title)


def trend_summary(title: str | None, series: Sequence[ScorePoint]) -> str:
    """What a chart of scores shows, for those who do not see it; ``title`` of the department, or None for the city."""
    what = score_of(title)
    rated = [each for each in series if each.score is not None]
    if not rated:
        return texts(
            "%(what)s was not rated on its one date.",
            "%(what)s was not rated on any of %(count)s dates.",
            len(series),
            what=what,
        )
    gaps = [day(each.as_of) for each in series if not each.rated]
    parts = [_course(what, rated[0], rated[-1])]
    if len(gaps) > NAMED_DATES:
        parts.append(texts("Not rated on %(count)s date.", "Not rated on %(count)s dates.", len(gaps)))
    elif gaps:
        parts.append(text("Not rated on %(dates)s.", dates=listed(gaps)))
    return " ".join(parts)


def _course(what: str, first: ScorePoint, last: ScorePoint) -> str:
    """From the first score to the last, with the bounds of that one."""
    start = {"what": what, "score": points(first.score or 0), "date": day(first.as_of)}
    end = {"last": points(last.score or 0), "last_date": day(last.as_of), "bounds": last.bounds_text}
    if first is last and last.lower is None:
        return text("%(what)s was %(score)s on %(date)s.", **start)
    if first is last:
        return text("%(what)s was %(score)s on %(date)s, with bounds of %(bounds)s.", **start, **end)
    if last.lower is None:
        return text("%(what)s was %(score)s on %(date)s and %(last)s on %(last_date)s.", **start, **end)
    return text(
        "%(what)s was %(score)s on %(date)s and %(last)s on %(last_date)s, with bounds of %(bounds)s.", **start, **end
    )


def trend_notes(series: Sequence[ScorePoint]) -> list[str]:
    """What the dates that are not rated were, and where the policy changed."""
    notes = [_gap(each) for each in series if not each.rated]
    versions = [(each.as_of, each.policy_version) for each in series if each.policy_version]
    for (_, old), (as_of, new) in pairwise(versions):
        if old != new:
            notes.append(
                text(
                    "%(date)s: scoring policy %(version)s came into force; scores before it are not comparable",
                    date=day(as_of),
                    version=new,
                )
            )
    return notes


def _gap(point: ScorePoint) -> str:
    if not point.status or point.status == "read":
        return text("%(date)s: not rated", date=day(point.as_of))
    why = PERIOD_STATUSES[point.status].lower()
    return text("%(date)s: not rated, %(why)s", date=day(point.as_of), why=why)


def department_state(rated: bool, failing: Sequence[str], why: str) -> tuple[str, str]:  # noqa: FBT001  # a state
    """The state of a department in a few words, and its tone: ``bad``, ``warn`` or ``good``.

    ``failing`` has the severity of every rule that is not met.
    """
    if not rated:
        return text("Not rated: %(why)s", why=why), "bad"
    critical = sum(each == "critical" for each in failing)
    if critical:
        return texts("%(count)s critical rule not met", "%(count)s critical rules not met", critical), "bad"
    if failing:
        return texts("%(count)s rule not met", "%(count)s rules not met", len(failing)), "warn"
    return text("All rules met"), "good"


def search(total: int, kept: int, cut_elsewhere: int) -> str:
    """What of the candidate pairs was kept."""
    if kept < total:
        parts = [
            texts(
                "%(count)s pair of pictures came near enough to be looked at.",
                "%(count)s pairs of pictures came near enough to be looked at.",
                total,
            ),
            text(
                "%(kept)s of them, each picture's nearest, were; the other %(left)s are counted and no more.",
                kept=number(kept),
                left=number(total - kept),
            ),
        ]
    else:
        parts = [
            texts(
                "%(count)s pair of pictures came near enough to be looked at, and it was.",
                "%(count)s pairs of pictures came near enough to be looked at, and every one was.",
                total,
            )
        ]
    if cut_elsewhere:
        parts.append(
            texts(
                "Of mirrored and cut copies %(count)s further hint was left aside.",
                "Of mirrored and cut copies %(count)s further hints were left aside.",
                cut_elsewhere,
            )
        )
    return " ".join(parts)
