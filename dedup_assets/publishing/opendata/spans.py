"""What can be told of a score when some of the counts behind it are hidden: from where to where it can lie.

A hidden count is a span of whole numbers, so everything that follows from it is a span too; where nothing is hidden,
the span is one number and the formulas are those of ``scoring.rating``, which a test holds together. Put here the
arithmetic. Keep out files and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from dedup_assets.scoring.measure import TIMELINESS
from dedup_assets.scoring.policy import exact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Span:
    """Everything from ``low`` to ``high``; ``high`` None: there is no telling how much."""

    low: Fraction
    high: Fraction | None

    @property
    def is_one(self) -> bool:
        """Whether nothing is left open."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Open:
    """A measure of which some counts may be hidden: ``defects`` of ``measured`` of ``population``."""

    dimension: str
    defects: Span
    measured: Span
    population: Span


@dataclass(frozen=True, slots=True)
class OpenRating:
    """As ``scoring.rating.Rating``, in spans. ``score`` is None when certainly nothing was measured that makes one."""

    score: Span | None
    coverage: Span
    lower: Span
    upper: Span


def one(value: int) -> Span:
    """A number that is known."""
    return Span(Fraction(value), Fraction(value))


def added(spans: Sequence[Span]) -> Span:
    """The sum."""
    highs = [each.high for each in spans if each.high is not None]
    return Span(
        sum((each.low for each in spans), Fraction()), sum(highs, Fraction()) if len(highs) == len(spans) else None
    )


def rate_open(policy: Policy, measures: Sequence[Open]) -> OpenRating:
    """The rating that the measures leave possible; no rating that is possible lies outside it."""
    by_dimension: Mapping[str, Open] = {each.dimension: each for each in measures}
    weighed = [(by_dimension[name], exact(weight)) for name, weight in policy.weights.items() if name in by_dimension]
    total = sum((weight for _, weight in weighed), Fraction())
    shares = [(_tight(each), weight / total) for each, weight in weighed]
    coverage = _weighted([(_ratio(each.measured, each.population), share) for each, share in shares])
    right = [(_right(each), share) for each, share in shares]
    wrong = [(_ratio(each.defects, each.population), share) for each, share in shares]
    lower, lost = _weighted(right), _weighted(wrong)
    upper = Span(1 - _known(lost.high), 1 - lost.low)
    return OpenRating(_score(shares), coverage, _hundred(lower), _hundred(upper))


def _score(shares: Sequence[tuple[Open, Fraction]]) -> Span | None:
    """100 less the weighted loss of what was measured. Without any other dimension timeliness makes no score."""
    if not any(each.dimension != TIMELINESS and each.measured.high != 0 for each, _ in shares):
        return None
    possible = [(each, share) for each, share in shares if each.measured.high != 0]
    losses = [(_loss(each), share, each.measured.low > 0) for each, share in possible]
    least = _mean([(span.low, share, certain) for span, share, certain in losses])
    most = 1 - _mean([(1 - _known(span.high), share, certain) for span, share, certain in losses])
    return _hundred(Span(1 - most, 1 - least))


def _mean(terms: Sequence[tuple[Fraction, Fraction, bool]]) -> Fraction:
    """The least weighted mean, where terms that are not certain may be left out: those that would raise it are."""
    certain = [(value, share) for value, share, is_certain in terms if is_certain]
    whole = sum((share for _, share in certain), Fraction())
    total = sum((value * share for value, share in certain), Fraction())
    for value, share in sorted((value, share) for value, share, is_certain in terms if not is_certain):
        if not whole or value * whole < total:
            total, whole = total + value * share, whole + share
    return total / whole


def _tight(each: Open) -> Open:
    """A measure with what follows from defects <= measured <= population."""
    population, measured, defects = each.population, each.measured, each.defects
    measured = Span(max(measured.low, defects.low), _least(measured.high, population.high))
    defects = Span(defects.low, _least(defects.high, measured.high))
    population = Span(max(population.low, measured.low, Fraction(1)), population.high)
    return Open(each.dimension, defects, measured, population)


def _loss(each: Open) -> Span:
    """Defects by measured."""
    return _ratio(each.defects, Span(max(each.measured.low, Fraction(1)), each.measured.high))


def _right(each: Open) -> Span:
    """(measured - defects) / population, where all three may be hidden."""
    low = Fraction()
    if each.defects.high is not None and each.population.high is not None:
        low = max(low, (each.measured.low - each.defects.high) / each.population.high)
    high = Fraction(1)
    if each.measured.high is not None:
        # The more measured, the larger the population must be; beyond that the share cannot exceed 1 - defects / N.
        high = min(high, (each.measured.high - each.defects.low) / max(each.population.low, Fraction(1)))
    if each.population.high is not None:
        high = min(high, 1 - each.defects.low / each.population.high)
    return Span(low, max(low, high))


def _ratio(part: Span, whole: Span) -> Span:
    """A part by its whole, which is never more than 1."""
    low = part.low / whole.high if whole.high else Fraction()
    high = Fraction(1) if part.high is None else min(Fraction(1), part.high / whole.low)
    return Span(low, max(low, high))


def _weighted(terms: Sequence[tuple[Span, Fraction]]) -> Span:
    return Span(
        sum((span.low * share for span, share in terms), Fraction()),
        sum((_known(span.high) * share for span, share in terms), Fraction()),
    )


def _hundred(span: Span) -> Span:
    return Span(100 * span.low, 100 * _known(span.high))


def _known(high: Fraction | None) -> Fraction:
    """The end of a share, which is never left open: 1 at most."""
    return Fraction(1) if high is None else high


def _least(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    known = [each for each in (a, b) if each is not None]
    return min(known) if known else None
