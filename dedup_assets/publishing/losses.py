"""Why a score is not 100, in words and rows, from the measures as they are shown.

Put here the choice and the wording of these lines. The points are scoring's own (``scoring/rating.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import FEWER, WITHHELD
from dedup_assets.publishing.language import text
from dedup_assets.publishing.view import LossLine
from dedup_assets.publishing.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.view import MeasureLine

# Points that are not worth a line of their own.
NEGLIGIBLE = 0.05


def loss_lines(measures: Sequence[MeasureLine]) -> list[LossLine]:
    """The dimensions that cost points, the costliest first; then what is hidden; then what was not measured."""
    measured = [each for each in measures if each.measured.value != 0]
    costly = [each for each in measured if each.defects.value]
    costly.sort(key=lambda each: (-(each.lost or 0.0), each.title))
    lines = [_costly(each) for each in costly]
    for words, title in (
        (FEWER, text("Fewer than 11 defects each")),
        (WITHHELD, text("Number of defects not shown")),
    ):
        hidden = [each.title for each in measured if each.defects.value is None and each.defects.words == words]
        if hidden:
            lines.append(LossLine(title, listed(hidden).lower(), None, None))
    lines += [
        LossLine(each.title, _checked(each), None, each.unknown)
        for each in measured
        if each not in costly and (each.unknown or 0.0) >= NEGLIGIBLE
    ]
    unmeasured = [each for each in measures if each.measured.value == 0]
    if unmeasured:
        named = listed([each.title for each in unmeasured]).lower()
        unknown = sum(each.unknown or 0.0 for each in unmeasured)
        lines.append(LossLine(text("Not checked at all"), named, None, unknown))
    return lines


def _checked(measure: MeasureLine) -> str:
    return text(
        "%(measured)s of %(population)s could be checked",
        measured=measure.measured.text,
        population=measure.population.text,
    )


def _costly(measure: MeasureLine) -> LossLine:
    sentence = dimension(measure.dimension).sentence(measure.defects, measure.measured)
    unknown = measure.unknown if (measure.unknown or 0.0) >= NEGLIGIBLE else None
    return LossLine(measure.title, sentence, measure.lost, unknown)
