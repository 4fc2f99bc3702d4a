"""Which counts of a restricted department may be shown.

A count under 11 is shown as "fewer than 11" (field notes, section 7: counts below 11 are never published, nor slices
that reveal one by subtraction). Hiding a number is not enough when the numbers around it give it away: 40 open
findings, of which one rule has 37, leaves 3. So what a reader can work out is worked out here, by narrowing every
hidden count to the interval that the shown numbers and the published formulas leave it; where too little room is left,
further numbers are withheld, a kind at a time, until nothing small can be told.

Put here the arithmetic of that. Keep out which counts and formulas a department has: ``figures.py`` states them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from dedup_assets.publishing.words import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SMALL = 11
FEWER = f"fewer than {SMALL}"
WITHHELD = "not shown"

# A reader who can be sure that a hidden count is not 0 must be left at least this many values for it: with fewer, the
# count would be as good as known. As long as it may be 0, not even that there is anything is known.
ROOM = 5

_EPSILON = 1e-6
# Narrowing ends by itself when the formulas share no cycle; a ledger's rows do. Stopping early only means that a
# reader with more patience than this could narrow further, and fifty rounds over twenty-four periods leave none.
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Count:
    """A count as a reader gets it: ``value`` is None when it is hidden, and ``text`` says how."""

    value: int | None
    text: str

    @property
    def published(self) -> int | str:
        """The number, or the words that stand for it: what goes into JSON and CSV."""
        return self.text if self.value is None else self.value


def exact(value: int) -> Count:
    """A count of a department whose records are not restricted."""
    return Count(value, number(value))


class Kind(StrEnum):
    """What a count counts; a kind is withheld as a whole, so that what is withheld tells nothing by itself."""

    size = "size"  # how many records there are, or were judged
    total = "total"  # how many findings there are in all
    detail = "detail"  # how many of them for one rule, one dimension, one movement of the ledger
    delivery = "delivery"  # how many deliveries: that one came or not is about no person, and always shown
    derived = "derived"  # never shown, but a reader could subtract: records that pass, findings of other severities


class Level(IntEnum):
    """How much is withheld. Each level withholds every count of some kinds, large or small."""

    small_only = 0
    totals = 1
    details = 2
    totals_and_details = 3
    everything = 4


_WITHHELD_KINDS: Mapping[Level, frozenset[Kind]] = {
    Level.small_only: frozenset(),
    Level.totals: frozenset({Kind.total}),
    Level.details: frozenset({Kind.detail}),
    Level.totals_and_details: frozenset({Kind.total, Kind.detail}),
    Level.everything: frozenset(Kind) - {Kind.delivery},
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A published relation: ``low <= sum(coefficient * count) <= high``.

    ``parts`` names counts that add up to another count in it: their hidden ones together are a count as well.
    """

    terms: Mapping[str, float]
    low: float = 0.0
    high: float = 0.0
    parts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Figures:
    """The counts of one restricted department, and the formulas that a reader knows between them."""

    values: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)

    def add(self, name: str, value: int, kind: Kind) -> None:
        """A count that is shown, or could be worked out, under this name."""
        self.values[name] = value
        self.kinds[name] = kind

    def relate(
        self, terms: Mapping[str, float], low: float = 0.0, high: float = 0.0, parts: Iterable[str] = ()
    ) -> None:
        """A formula, if it holds: one that does not tells a reader nothing."""
        terms = {name: factor for name, factor in terms.items() if factor}
        value = sum(factor * self.values[name] for name, factor in terms.items())
        if low - _EPSILON <= value <= high + _EPSILON:
            self.formulas.append(Formula(terms, low, high, frozenset(parts)))


def protect(figures: Figures) -> dict[str, Count]:
    """Every count as it may be shown: the fewest withheld that leave no small count to be worked out.

    The levels are tried in order; at the last one nothing is shown, so there always is an answer.
    """
    for level in Level:
        shown = _shown(figures, level)
        if not exposed(figures, shown):
            return shown
    return shown


def exposed(figures: Figures, shown: Mapping[str, Count]) -> list[str]:
    """Hidden counts from 1 to 10 that a reader can narrow down to fewer than ``ROOM`` values, all above 0, by name."""
    reach = {name: _first_guess(shown[name]) for name in figures.values}
    for _ in range(_ROUNDS):
        moved = [_narrow(formula, reach) for formula in figures.formulas]
        if not any(moved):
            break
    found = [
        name
        for name, (low, high) in reach.items()
        if 0 < figures.values[name] < SMALL and shown[name].value is None and low > 0 and high - low + 1 < ROOM
    ]
    return found + [name for formula in figures.formulas for name in _exposed_rest(figures, formula, shown)]


def _exposed_rest(figures: Figures, formula: Formula, shown: Mapping[str, Count]) -> list[str]:
    """The hidden parts of a formula whose sum is a small count that a reader can subtract out exactly."""
    hidden = [name for name in formula.terms if shown[name].value is None]
    if not formula.parts or not hidden or not formula.parts.issuperset(hidden):
        return []
    return hidden if 0 < sum(figures.values[name] for name in hidden) < SMALL else []


def _shown(figures: Figures, level: Level) -> dict[str, Count]:
    withheld = _WITHHELD_KINDS[level]
    near = _near_sizes(figures)
    shown = {}
    for name, value in figures.values.items():
        kind = figures.kinds[name]
        if kind is Kind.delivery:
            shown[name] = exact(value)
        elif kind in withheld or kind is Kind.derived or (name in near and value >= SMALL):
            shown[name] = Count(None, WITHHELD)
        elif value < SMALL:
            shown[name] = Count(None, FEWER)
        else:
            shown[name] = exact(value)
    return shown


def _near_sizes(figures: Figures) -> frozenset[str]:
    """Sizes that differ from another one by 1 to 10: shown side by side, they would give the difference away.

    The size that was added first is kept, then the largest.
    """
    sizes = {name: value for name, value in figures.values.items() if figures.kinds[name] is Kind.size}
    kept: list[int] = []
    for size in (*list(sizes.values())[:1], *sorted(sizes.values(), reverse=True)):
        if all(size == other or abs(size - other) >= SMALL for other in kept):
            kept.append(size)
    return frozenset(name for name, size in sizes.items() if size not in kept)


def _first_guess(count: Count) -> tuple[float, float]:
    """What the shown text alone says: the number, 0 to 10, or nothing."""
    if count.value is not None:
        return count.value, count.value
    return (0, SMALL - 1) if count.text == FEWER else (0, math.inf)


def _narrow(formula: Formula, reach: dict[str, tuple[float, float]]) -> bool:
    """Narrow every count of one formula by what the others leave it; True when something moved."""
    moved = False
    for name, factor in formula.terms.items():
        others = [(each, reach[other]) for other, each in formula.terms.items() if other != name]
        least = sum(min(each * low, each * high) for each, (low, high) in others)
        most = sum(max(each * low, each * high) for each, (low, high) in others)
        ends = sorted(((formula.low - most) / factor, (formula.high - least) / factor))
        low, high = reach[name]
        new = (
            max(low, math.ceil(ends[0] - _EPSILON) if ends[0] > -math.inf else low),
            min(high, math.floor(ends[1] + _EPSILON) if ends[1] < math.inf else high),
        )
        if new != (low, high):
            reach[name] = new
            moved = True
    return moved
