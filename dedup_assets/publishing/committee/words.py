"""How the committee is told things: the words for causes, for the statuses of 2 CFR 200.511, and for unknown values.

Put here words and sentences about one thing. Keep out the sentences of the first page (``summary.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.language import mark, text, texts
from dedup_assets.publishing.words import Words, day, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup_assets.publishing.committee.rows import DurationRow, ForecastRow, OrderRow
    from dedup_assets.publishing.view import ScorePoint

# A rate or a duration of fewer findings than this is an anecdote (as in ``disclosure.SMALL``).
ENOUGH = 11

BAND_WORDS = Words(**{
    "0-30": mark("up to 30 days"),
    "31-90": mark("31 to 90 days"),
    "91-180": mark("91 to 180 days"),
    "over 180": mark("over 180 days"),
})  # fmt: skip

# The words of 2 CFR 200.511(b), and what each means here.
SCHEDULE_WORDS = Words(**{
    "fully corrected": mark("fully corrected"),
    "partially corrected": mark("partially corrected"),
    "not corrected": mark("not corrected"),
    "no longer valid": mark("no longer valid"),
})  # fmt: skip

# What would end each cause for good (titles and meanings stand in ``causes_view.py``).
_ADVICE = {
    "batch_shifted": mark("Re-align the batch once; its findings go together."),
    "batch_replayed": mark("Withdraw the second import as a whole."),
    "feed_frozen": mark("Have the export run again."),
    "spreadsheet_damage": mark("Have these columns exported as text; most values can be restored."),
    "placeholder": mark("Replace the picture by the photographs, or leave the place empty."),
    "name_keyed_attach": mark("Have the importer attach by record, not by file name."),
    "stale_pull": mark("Have a new photograph taken, or say that the old one is meant."),
    "cms_reencode": mark("Have the system deliver its originals."),
    "legacy_source": mark("Have this source look for copies before it adds a picture."),
    "inconsistent_naming": mark("Have files named as most are before they are imported."),
    "undetermined": mark("Each has to be looked at by itself."),
}


def advice(cause: str) -> str:
    """What would end a cause, in one sentence; empty for one that has no words here."""
    return text(_ADVICE.get(cause, ""))


def equation(terms: Mapping[str, int]) -> str:
    """``340 + 68 + 0 - 53 - 0 = 355``: opening, new, reopened, closed, withdrawn, closing with their signs."""
    opening, new, reopened, closed, withdrawn, closing = (
        number(terms[each]) for each in ("opening", "new", "reopened", "closed", "withdrawn", "closing")
    )
    return f"{opening} + {new} + {reopened} − {closed} − {withdrawn} = {closing}"


def days(value: float | None, found: int) -> str:
    """A number of days; where there is none, why."""
    if value is None:
        return text("not known yet") if found else text("none so far")
    return texts("%(count)s day", "%(count)s days", round(value))


def quantiles(row: DurationRow | None, *, restricted: bool) -> tuple[str, str]:
    """Median and 90th percentile; of a restricted department only where both rest on enough findings."""
    if row is None:
        return text("none so far"), text("none so far")
    if restricted and min(row.findings, row.ended) < ENOUGH:
        return text("not shown"), text("not shown")
    return days(row.median_days, row.findings), days(row.p90_days, row.findings)


def rate(part: int, whole: int) -> str:
    """``94% (120 of 127)``."""
    if not whole:
        return text("none so far")
    values = {"share": percent(part / whole, 0), "part": number(part), "whole": number(whole)}
    return text("%(share)s (%(part)s of %(whole)s)", **values)


def ahead(row: ForecastRow | None) -> str:
    """``207 (138 to 277)``: what will be open after the next delivery."""
    if row is None:
        return text("too few deliveries")
    values = {name: number(round(getattr(row, name))) for name in ("expected", "low", "high")}
    return text("%(expected)s (%(low)s to %(high)s)", **values)


def change(now: ScorePoint, before: ScorePoint | None, because: str | None) -> str:
    """What moved since the date before; ``because`` says it, and why, where both dates have a score."""
    if before is None:
        return text("This is the first date, so there is nothing to compare it with.")
    if because:
        return because
    if now.lower is None or before.lower is None:
        return _unmeasured(now, before)
    if now.rated and before.rated:
        message = mark("The score was %(before)s on %(since)s and is %(now)s now.")
        if now.score == before.score:
            message = mark("The score is %(now)s, as on %(since)s.")
        values = before.score_text, now.score_text
    else:
        message = mark(
            "It was not rated on both dates; its score lay from %(before)s on %(since)s and lies from %(now)s now."
        )
        values = before.bounds_text, now.bounds_text
    return text(message, since=day(before.as_of), before=values[0], now=values[1])


def _unmeasured(now: ScorePoint, before: ScorePoint) -> str:
    """What moved where there is no bound at one of the two dates, or at both."""
    if now.lower is not None:
        message = mark("It can be measured again; on %(since)s it could not.")
    elif before.lower is not None:
        message = mark("Nothing could be measured; on %(since)s something could.")
    else:
        message = mark("Nothing could be measured, neither now nor on %(since)s.")
    return text(message, since=day(before.as_of))


def robustness(order: OrderRow | None, titles: Mapping[str, str]) -> str:
    """Whether the order of the departments says something of them, or of the weights alone."""
    if order is None or not order.weightings:
        return text("Fewer than two departments are rated, so there is no order of departments to examine.")
    values = {"weightings": number(order.weightings), "flipped": number(order.flipped)}
    if order.is_robust:
        return text(
            "The order of the departments is robust: of %(weightings)s sets of slightly different weights, "
            "%(flipped)s would change it.",
            **values,
        )
    if order.weakest_better is None or order.weakest_worse is None:
        return text(
            "The order of the departments is not robust: of %(weightings)s sets of slightly different weights, "
            "%(flipped)s would change it.",
            **values,
        )
    better, worse = (titles.get(each, each) for each in (order.weakest_better, order.weakest_worse))
    return text(
        "The order of the departments is not robust: of %(weightings)s sets of slightly different weights, "
        "%(flipped)s would change it. %(better)s and %(worse)s change places most often; read them as equal.",
        better=better,
        worse=worse,
        **values,
    )


def district(value: str) -> str:
    """``Council district 7``."""
    if value == "unknown":
        return text("No district on record")
    return text("Council district %(number)s", number=value)


def area(value: str) -> str:
    """The name of a community plan area."""
    return text("No plan area on record") if value == "unknown" else value
