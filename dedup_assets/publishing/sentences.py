"""Sentences that are computed from what they say: headline, change, reasons, summaries of charts.

Put here every sentence whose words depend on data. Keep out fixed text, which stands in the templates.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dedup_assets.publishing.words import (
    GRADE_WORDS,
    PERIOD_STATUSES,
    cost,
    day,
    listed,
    number,
    percent,
    plain,
    plural,
    points,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.view import DepartmentView, LedgerLine, ScorePoint

# A change of less than one point is not worth a sentence: the score moves by that much with every delivery.
NOTABLE_POINTS = 1.0

NO_GRADE = "The scoring policy gives no grade for this delivery."


def reason_not_rated(now: ScorePoint, coverage_floor: float) -> str | None:
    """Why a department has no grade, from what is published of it anyway; None when that does not explain it."""
    if now.status == "missing" or now.status is None:
        return f"No delivery was received for {day(now.as_of)}."
    if now.status == "empty":
        return f"The delivery of {day(now.as_of)} held no records."
    if now.status == "unreadable":
        return f"The delivery of {day(now.as_of)} could not be read."
    if now.status == "not_due":
        return f"Nothing was due for {day(now.as_of)}, and nothing was delivered."
    if now.coverage < coverage_floor:
        return (
            f"Only {percent(now.coverage)} of what should be checked could be checked; "
            f"a grade needs at least {percent(coverage_floor)}."
        )
    return None


def spoken(reason: str) -> str:
    """A reason of another room as a sentence of its own: ``capped at C`` is ``Capped at C.``."""
    text = plain(reason)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def why_not_rated(status: str | None, coverage: float, coverage_floor: float) -> str:
    """The same in two or three words, for a list."""
    if status in {"missing", "empty", "unreadable", "not_due", None}:
        return PERIOD_STATUSES[status or "missing"].lower()
    return f"{percent(coverage)} checked" if coverage < coverage_floor else "see its page"


def headline(now: ScorePoint, departments: Sequence[DepartmentView], coverage_floor: float) -> str:
    """The city in one or two sentences: what it is rated, and who is not."""
    score = (
        f"Score {now.score_text}, grade {now.grade}."
        if now.rated
        else f"The city as a whole is not rated: {percent(now.coverage)} of what should be checked could be checked."
    )
    missing = [each for each in departments if not each.now.rated]
    total = len(departments)
    if not missing:
        everyone = {1: "The one department is", 2: "Both departments are"}.get(total, f"All {total} departments are")
        return f"{score} {everyone} rated."
    names = [f"{each.title} ({why_not_rated(each.now.status, each.now.coverage, coverage_floor)})" for each in missing]
    verb = "is" if len(missing) == 1 else "are"
    return f"{score} {len(missing)} of {plural(total, 'department', 'departments')} {verb} not rated: {listed(names)}."


def attention(departments: Sequence[DepartmentView]) -> list[str]:
    """What needs attention beside missing grades: critical findings and low grades, by name."""
    found = []
    countable = [each for each in departments if not each.restricted]
    critical = [(each.critical.value or 0, each.title) for each in countable]
    overdue = [(each.overdue.value or 0, each.title) for each in countable]
    found += _counted(critical, "critical finding is open", "critical findings are open")
    found += _counted(overdue, "finding is past its deadline", "findings are past their deadline")
    low = [each.title for each in departments if each.now.grade in {"D", "F"}]
    if low:
        found.append(f"Graded D or F: {listed(sorted(low))}.")
    return found


def _counted(counts: Sequence[tuple[int, str]], one: str, many: str) -> list[str]:
    """A count and the departments it comes from, the largest first; nothing when it is 0."""
    ranked = sorted((each for each in counts if each[0]), key=lambda each: (-each[0], each[1]))
    if not ranked:
        return []
    names = [f"{title} ({number(count)})" for count, title in ranked]
    return [f"{plural(sum(count for count, _ in ranked), one, many)}: {listed(names)}."]


def changes(
    now: ScorePoint, before: ScorePoint | None, departments: Sequence[DepartmentView], ledger: Sequence[LedgerLine]
) -> list[str]:
    """What changed since the period before, in sentences; scores only within one policy version."""
    if before is None:
        return ["This is the first period, so there is nothing to compare it with."]
    said = [_score_change("The city's score", now, before)]
    said += _department_changes(departments)
    newest = [each for each in ledger if each.as_of == now.as_of]
    said += [_ledger_change(each) for each in newest]
    return said


def _score_change(what: str, now: ScorePoint, before: ScorePoint) -> str:
    since = f"since {day(before.as_of)}"
    if now.score is None or before.score is None:
        if now.rated == before.rated:
            return f"{what} is not rated now and was not {since}."
        return f"{what} is {'rated again' if now.rated else 'no longer rated'} {since}."
    if now.policy_version != before.policy_version:
        return f"The scoring policy changed {since}, so the two scores are not compared."
    step = now.score - before.score
    if not step:
        return f"{what} is unchanged {since}, at {points(now.score)}."
    return f"{what} {'rose' if step > 0 else 'fell'} from {points(before.score)} to {points(now.score)} {since}."


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
    said = []
    for sign, verb in ((1, "rose"), (-1, "fell")):
        moved = sorted((each for each in steps if each[0] * sign >= NOTABLE_POINTS), key=lambda s: (-s[0] * sign, s[1]))
        if moved:
            names = [f"{title} by {cost(abs(step))}" for step, title in moved]
            said.append(f"Scores that {verb}: {listed(names)}.")
    for rated, words in ((False, "No longer rated"), (True, "Rated again")):
        turned = [
            each.title for each in departments if each.before and each.now.rated is rated is not each.before.rated
        ]
        if turned:
            said.append(f"{words}: {listed(sorted(turned))}.")
    return said


def _ledger_change(line: LedgerLine) -> str:
    return (
        f"Of the findings, {line.new.text} {'is' if line.new.value == 1 else 'are'} new, "
        f"{line.reopened.text} came back, {line.closed.text} {'was' if line.closed.value == 1 else 'were'} corrected "
        f"and {line.withdrawn.text} withdrawn; {line.closing.text} {'is' if line.closing.value == 1 else 'are'} open."
    )


def trend_summary(what: str, series: Sequence[ScorePoint]) -> str:
    """What a chart of scores shows, for those who do not see it."""
    rated = [each for each in series if each.score is not None]
    if not rated:
        return f"{what} was not rated on any of {plural(len(series), 'date', 'dates')}."
    first, last = rated[0], rated[-1]
    said = f"{what} was {points(first.score or 0)} on {day(first.as_of)}"
    if last is not first:
        said += f" and {points(last.score or 0)} on {day(last.as_of)}"
    if last.lower is not None:
        said += f", with bounds of {last.bounds_text}"
    gaps = [day(each.as_of) for each in series if not each.rated]
    if gaps:
        said += f". Not rated on {listed(gaps)}" if len(gaps) < 4 else f". Not rated on {number(len(gaps))} dates"  # noqa: PLR2004  # a longer list is in the table
    return said + "."


def trend_notes(series: Sequence[ScorePoint]) -> list[str]:
    """What the dates that are not rated were, and where the policy changed."""
    notes = [
        f"{day(each.as_of)}: {GRADE_WORDS['NR'].lower()}"
        + (f", {PERIOD_STATUSES[each.status].lower()}" if each.status and each.status != "read" else "")
        for each in series
        if not each.rated
    ]
    versions = [(each.as_of, each.policy_version) for each in series if each.policy_version]
    for (_, old), (as_of, new) in pairwise(versions):
        if old != new:
            notes.append(f"{day(as_of)}: scoring policy {new} came into force; scores before it are not comparable")
    return notes


def department_state(rated: bool, failing: Sequence[str], why: str) -> tuple[str, str]:  # noqa: FBT001  # a state
    """The state of a department in a few words, and its tone: ``bad``, ``warn`` or ``good``.

    ``failing`` has the severity of every rule that is not met.
    """
    if not rated:
        return f"Not rated: {why}", "bad"
    critical = sum(each == "critical" for each in failing)
    if critical:
        return f"{plural(critical, 'critical rule', 'critical rules')} not met", "bad"
    if failing:
        return f"{plural(len(failing), 'rule', 'rules')} not met", "warn"
    return "All rules met", "good"


def search(total: int, kept: int, cut_elsewhere: int) -> str:
    """What of the candidate pairs was kept."""
    pairs = f"{total:,} pair{'' if total == 1 else 's'} of pictures came near enough to be looked at"
    if kept == total and not cut_elsewhere:
        return f"{pairs}, and every one was."
    left = f"{kept:,} of them, each picture's nearest, were; the other {total - kept:,} are counted and no more"
    more = f" Of mirrored and cut copies {cut_elsewhere:,} further hints were left aside." if cut_elsewhere else ""
    return f"{pairs}. {left}.{more}" if kept < total else f"{pairs}, and every one was.{more}"
