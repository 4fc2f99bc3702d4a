"""Scores as they are published: rounded, and only where there is one.

Put here the rounding and the reading of a series of dates. Keep out the formula of a score (``scoring``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing.view import ScorePoint
from dedup_assets.publishing.words import down, up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dedup_assets.publishing.rows import PeriodRow, ScoreRow

# Decimals of a published score. Whole numbers where restricted records are part of it: with decimals, the defects of
# a small dimension, or a restricted department's share in the city's score, could be computed back.
DIGITS = 1
DIGITS_RESTRICTED = 0

NOT_RATED = "NR"


def series(scores: Sequence[ScoreRow], periods: Sequence[PeriodRow], *, restricted: bool) -> list[ScorePoint]:
    """One point for every date at which something was due, and every date with a score, in order.

    A date without a score is not left out: it is a point that is not rated, so that a chart shows a gap.
    """
    scored = {each.as_of: each for each in scores}
    statuses = {each.as_of: each.status for each in periods if each.status != "not_due"}
    return [
        point(as_of, scored.get(as_of), statuses, restricted=restricted) for as_of in sorted(scored.keys() | statuses)
    ]


def point(as_of: date, row: ScoreRow | None, statuses: Mapping[date, str], *, restricted: bool) -> ScorePoint:
    """The score at one date. What was not rated has no score, and where no image was measured there are no bounds.

    That a delivery came or did not come, which is always known, says nothing of what is in it.
    """
    digits = DIGITS_RESTRICTED if restricted else DIGITS
    if row is None:
        return ScorePoint(as_of, NOT_RATED, None, None, None, 0.0, statuses.get(as_of), None)
    measured = row.score is not None
    return ScorePoint(
        as_of=as_of,
        grade=row.grade,
        score=None if row.grade == NOT_RATED or row.score is None else down(row.score, digits),
        lower=down(row.lower, digits) if measured else None,
        upper=up(row.upper, digits) if measured else None,
        coverage=down(row.coverage, digits + 2),
        status=statuses.get(as_of),
        policy_version=row.policy_version,
        decimals=digits,
    )


def latest_and_before(points: Sequence[ScorePoint], as_of: date) -> tuple[ScorePoint, ScorePoint | None]:
    """The newest point and the one before it; where there is none, one at ``as_of`` that is not rated."""
    if not points:
        return point(as_of, None, {}, restricted=False), None
    return points[-1], points[-2] if len(points) > 1 else None
