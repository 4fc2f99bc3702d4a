"""Likely causes as pages show them: in words, with the findings behind each and what bears it out.

Put here what a cause is called on a page and which lines a page has. Keep out what makes a cause likely
(``findings.causes``) and whether a count may be shown (``disclosure.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.cause_words import cause_words
from dedup_assets.publishing.disclosure import WITHHELD, Count, exact
from dedup_assets.publishing.explained_figures import TOGETHER, cause_name, cause_totals, put_together
from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.words import number, sentence_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from dedup_assets.publishing.explained_rows import CauseRow, OccurrenceRow

UNDETERMINED = "undetermined"

# Title and meaning of each cause, for people who have never seen the tables.
_CAUSES = {
    "batch_shifted": (
        mark("Batch shifted"),
        mark("A batch slipped by some rows: each picture is filed under the parcel of another row."),
    ),
    "batch_replayed": (mark("Batch imported twice"), mark("A batch was imported a second time.")),
    "feed_frozen": (mark("Feed frozen"), mark("The export handed in the same state again and again.")),
    "spreadsheet_damage": (
        mark("Spreadsheet damage"),
        mark("A spreadsheet changed numbers on the way: lost zeros, rounded digits, dates made of ranges."),
    ),
    "placeholder": (
        mark("Placeholder picture"),
        mark("One picture stands in for photographs that are not there."),
    ),
    "name_keyed_attach": (
        mark("Attached by file name"),
        mark("Pictures were attached by their file name, and several pictures have the same one."),
    ),
    "stale_pull": (
        mark("Old photograph pulled along"),
        mark("A new permit took over an older photograph from the parcel's record."),
    ),
    "cms_reencode": (
        mark("Copies made by the system"),
        mark("The department's system writes smaller copies of its own beside the originals."),
    ),
    "legacy_source": (
        mark("Source that does not look for copies"),
        mark("One source system adds pictures without looking whether they are there already."),
    ),
    "inconsistent_naming": (
        mark("File names that break the pattern"),
        mark("Files that are not named as most are go wrong more often."),
    ),
    UNDETERMINED: (
        mark("Undetermined"),
        mark("Nothing in the delivery tells how it came about."),
    ),
    TOGETHER: (
        mark("Others together"),
        mark("Causes put together, because one of them alone stands behind fewer than 11 findings."),
    ),
}


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One likely cause. ``told``: what bears it out, sentences that name records; empty where none may be named."""

    cause: str
    title: str
    meaning: str
    findings: Count
    findings_text: str
    told: Sequence[str | Markup] = ()


@dataclass(frozen=True, slots=True)
class CausesView:
    """The likely causes, the most findings first. ``some_hidden``: causes may be left out, for their counts are."""

    lines: Sequence[CauseLine]
    some_hidden: bool


def cause_title(cause: str) -> str:
    """What a cause is called, in the language in force."""
    known = _CAUSES.get(cause)
    return text(known[0]) if known else sentence_case(cause)


def cause_meaning(cause: str) -> str:
    """What a cause means, in one sentence; empty for one that has no words here."""
    known = _CAUSES.get(cause)
    return text(known[1]) if known else ""


def department_causes(
    causes: Sequence[CauseRow],
    occurrences: Sequence[OccurrenceRow],
    counts: Mapping[str, Count],
    *,
    is_exact: bool,
) -> CausesView | None:
    """The causes of one department's open findings; None when nothing is open.

    ``is_exact``: whether every count may be shown, and batches, photographs and sources named. Where not, small counts
    are put together, and a cause whose count is hidden is not listed: its name alone would say that it is there.
    """
    totals = cause_totals(causes)
    if not totals:
        return None
    if is_exact:
        told = {cause: [each for each in occurrences if each.cause == cause] for cause in totals}
        lines = [_line(cause, exact(findings), told[cause]) for cause, findings in totals.items()]
    else:
        lines = [_line(cause, counts[cause_name(cause)]) for cause in put_together(totals)]
        lines = [each for each in lines if each.findings.value is not None]
    return CausesView(sorted(lines, key=_order), some_hidden=not is_exact)


def city_causes(departments: Sequence[CausesView | None]) -> CausesView | None:
    """The causes of all departments, added up from the counts that are shown of each: nothing new can be told.

    None when no department has any.
    """
    seen = [each for each in departments if each]
    if not seen:
        return None
    some_hidden = any(each.some_hidden for each in seen)
    totals: dict[str, int] = {}
    for view in seen:
        for line in view.lines:
            totals[line.cause] = totals.get(line.cause, 0) + (line.findings.value or 0)
    lines = [_summed(cause, findings, at_least=some_hidden) for cause, findings in totals.items()]
    return CausesView(sorted(lines, key=_order), some_hidden)


def _line(cause: str, findings: Count, occurrences: Sequence[OccurrenceRow] = ()) -> CauseLine:
    told = [cause_words(each.cause, json.loads(each.detail)) for each in occurrences]
    return CauseLine(cause, cause_title(cause), cause_meaning(cause), findings, findings.text, told)


def _summed(cause: str, findings: int, *, at_least: bool) -> CauseLine:
    if at_least:
        words = text("at least %(number)s", number=number(findings))
        return CauseLine(cause, cause_title(cause), cause_meaning(cause), Count(None, WITHHELD), words)
    return CauseLine(cause, cause_title(cause), cause_meaning(cause), exact(findings), number(findings))


def _order(line: CauseLine) -> tuple[bool, int, str]:
    return line.cause in {UNDETERMINED, TOGETHER}, -(line.findings.value or 0), line.cause
