"""Which counts may be shown where small ones may not.

A count under 11 is shown as "fewer than 11" (field notes, section 7: counts below 11 are never published, nor slices
that reveal one by subtraction). Hiding a number is not enough when the numbers around it give it away: 40 open
findings, of which one rule has 37, leaves 3. So what a reader can work out is worked out here (``adversary.py``), from
the shown numbers, the published formulas and what was published before; where too little room is left for a hidden
count, further numbers are withheld, a group at a time, until nothing small can be told.

Put here what is hidden for it. Keep out which counts and formulas a department has: ``figures.py`` states them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from dedup_assets.publishing.adversary import EPSILON, Formula, narrow, never_zero
from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.words import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedup_assets.publishing.adversary import Reach

SMALL = 11
FEWER = mark("fewer than 11")
WITHHELD = mark("not shown")

# A size that differs from another one by less than SMALL is told to this many: broad enough that nothing small can be
# told from the two, narrow enough that a score can be computed from them (``dedup rebuild``).
BROAD = 20

# A reader who can be sure that a hidden count is not 0 must be left at least this many values for it: with fewer, the
# count would be as good as known. As long as it may be 0, not even that there is anything is known.
ROOM = 5


@dataclass(frozen=True, slots=True)
class Count:
    """A count as a reader gets it: ``value`` is None when it is hidden, and ``words`` says how (FEWER, WITHHELD).

    ``least``: of a hidden sum, what its shown parts add up to; a reader could add them up as well. ``within``: of a
    size that another one would give away, the twenty in which it lies.
    """

    value: int | None
    words: str
    least: int = 0
    within: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The number, or the words that stand for it, in the language in force."""
        if self.value is not None:
            return number(self.value)
        if self.within:
            low, high = self.within
            return text("%(low)s to %(high)s", low=number(low), high=number(high))
        return text("at least %(number)s", number=number(self.least)) if self.least else text(self.words)

    @property
    def published(self) -> int | str:
        """The number, or the words that stand for it: what goes into JSON and CSV, whatever the language."""
        if self.value is not None:
            return self.value
        return f"{self.within[0]} to {self.within[1]}" if self.within else self.words


def exact(value: int) -> Count:
    """A count of a department whose records are not restricted."""
    return Count(value, str(value))


class Kind(StrEnum):
    """What a count counts. Counts of a kind are withheld together, so that what is withheld tells nothing by itself."""

    size = "size"  # how many records there are, or were judged
    total = "total"  # how many findings there are in all
    detail = "detail"  # how many of them for one rule, one dimension, one movement of the ledger
    delivery = "delivery"  # how many deliveries: that one came or not is about no person, and always shown
    derived = "derived"  # never shown, but a reader could subtract: records that pass, findings of other severities


# What a count is withheld together with: the first word of its name, and its kind.
Group = tuple[str, str]
_WITHHOLDABLE = frozenset({Kind.size, Kind.total, Kind.detail})


@dataclass(slots=True)
class Figures:
    """Counts, and the formulas that a reader knows between them. ``fixed`` are shown already, as they stand there."""

    values: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)
    fixed: dict[str, Count] = field(default_factory=dict)

    def add(self, name: str, value: int, kind: Kind) -> None:
        """A count that is shown, or could be worked out, under this name."""
        self.values[name] = value
        self.kinds[name] = kind

    def group(self, name: str) -> Group:
        """What a count is withheld together with."""
        return name.split("/", 1)[0], self.kinds[name].value

    def relate(
        self, terms: Mapping[str, float], low: float = 0.0, high: float = 0.0, parts: Iterable[str] = ()
    ) -> None:
        """A formula, if it holds: one that does not tells a reader nothing."""
        terms = {name: factor for name, factor in terms.items() if factor}
        value = sum(factor * self.values[name] for name, factor in terms.items())
        if low - EPSILON <= value <= high + EPSILON:
            self.formulas.append(Formula(terms, low, high, frozenset(parts)))


def protect(figures: Figures, said: Mapping[str, Count] | None = None) -> dict[str, Count]:
    """Every count as it may be shown: few withheld, and no small one to be worked out.

    ``said``: the same counts as an earlier publication showed them, which a reader has kept.

    Counts are withheld by groups, large or small, so that what is withheld tells nothing by itself. The group, or pair
    of groups, that leaves the least exposed is withheld first, of several the one that costs the least. In the end
    nothing may be left to show, so there always is an answer.
    """
    withheld: frozenset[Group] = frozenset()
    said = said or {}
    while True:
        shown = _shown(figures, withheld, said)
        found = exposed(figures, shown, said)
        more = _candidates(figures, found, withheld) if found else []
        if not more:
            return _shown(figures, _needed(figures, withheld, said), said)
        choices = [withheld | set(groups) for size in (1, 2) for groups in combinations(more, size)]
        withheld = min(choices, key=lambda groups: _price(figures, groups, said))


def _needed(figures: Figures, withheld: frozenset[Group], said: Mapping[str, Count]) -> frozenset[Group]:
    """Of the groups that were withheld one after the other, those that have to be; the rest is shown again."""
    for group in sorted(withheld):
        fewer = withheld - {group}
        if not exposed(figures, _shown(figures, fewer, said), said):
            withheld = fewer
    return withheld


def _candidates(figures: Figures, found: Iterable[str], withheld: frozenset[Group]) -> list[Group]:
    """The groups that could be withheld next: those in a formula with an exposed count, else all that are left."""
    open_names = figures.kinds.keys() - figures.fixed.keys()
    left = {figures.group(name) for name in open_names if figures.kinds[name] in _WITHHOLDABLE} - withheld
    exposed_names = set(found)
    near = {
        figures.group(name)
        for formula in figures.formulas
        if not exposed_names.isdisjoint(formula.terms)
        for name in formula.terms
    }
    return sorted((left & near) or left)


def _price(
    figures: Figures, withheld: frozenset[Group], said: Mapping[str, Count]
) -> tuple[int, int, list[tuple[bool, Group]]]:
    """How much stays exposed when these groups are withheld, then how much is not told any more; totals go first."""
    shown = _shown(figures, withheld, said)
    lost = sum(each.words == WITHHELD for each in shown.values())
    told = len(_Reader(figures, shown, said).narrowed())
    return told, lost, sorted((group[1] != Kind.total, group) for group in withheld)


def exposed(figures: Figures, shown: Mapping[str, Count], said: Mapping[str, Count] | None = None) -> list[str]:
    """Hidden counts from 1 to 10 that a reader can narrow down to fewer than ``ROOM`` values, all above 0, by name.

    Larger ones that an earlier publication withheld (``said``) are looked at likewise; a small one that it gave away is
    not, for it cannot be taken back.
    """
    reader = _Reader(figures, shown, said or {})
    return reader.narrowed() or reader.solved()


def narrowed(figures: Figures, shown: Mapping[str, Count]) -> Reach:
    """For every count the interval that what is shown of all of them leaves it."""
    reader = _Reader(figures, shown, {})
    reader.narrowed()
    return {name: reader.reach[name] for name in figures.values}


class _Reader:
    """A reader of one publication, who knows the formulas and has kept what was said before."""

    def __init__(self, figures: Figures, shown: Mapping[str, Count], said: Mapping[str, Count]) -> None:
        self.reach: Reach = {name: _first_guess(shown[name]) for name in figures.values}
        for name, count in said.items():
            low, high = _first_guess(count)
            # A number that was corrected since is no longer what was said, and tells nothing.
            if name in self.reach and low <= figures.values[name] <= high:
                self.reach[name] = (max(low, self.reach[name][0]), min(high, self.reach[name][1]))
        self.formulas = list(figures.formulas)
        self.small = [
            name
            for name, value in figures.values.items()
            if (0 < value < SMALL and shown[name].value is None and (name not in said or _was_hidden(said, name)))
            # What was withheld then protects what was shown beside it then, which is not here any more.
            or (value >= SMALL and _was_hidden(said, name))
        ]
        for formula in figures.formulas:
            self._add_rest(figures, formula, shown)

    def _add_rest(self, figures: Figures, formula: Formula, shown: Mapping[str, Count]) -> None:
        """The hidden ones of counts that add up to a whole are together a count as well, which must not be told."""
        hidden = [name for name in formula.parts if shown[name].value is None]
        value = sum(figures.values[name] for name in hidden)
        if len(hidden) > 1 and 0 < value < SMALL:
            name = f"rest {len(self.formulas)}"
            self.reach[name] = (0, math.inf)
            self.formulas.append(Formula({**dict.fromkeys(hidden, 1.0), name: -1.0}))
            self.small.append(name)

    def narrowed(self) -> list[str]:
        """What narrowing alone tells."""
        narrow(self.formulas, self.reach)
        return [name for name in self.small if _is_told(self.reach[name])]

    def solved(self) -> list[str]:
        """What the exact way tells, after narrowing."""
        known = never_zero(self.formulas, self.reach, self.small)
        return [name for name, bounds in known.items() if _is_told(bounds)]


def _is_told(bounds: tuple[float, float]) -> bool:
    low, high = bounds
    return low > 0 and high - low + 1 < ROOM


def _shown(figures: Figures, withheld: frozenset[Group], said: Mapping[str, Count]) -> dict[str, Count]:
    """Every count under a choice of groups; what was hidden in an earlier publication is hidden still."""
    near = _near_sizes(figures, withheld, said)
    shown = {}
    for name, value in figures.values.items():
        kind = figures.kinds[name]
        if name in figures.fixed:
            shown[name] = figures.fixed[name]
        elif kind is Kind.delivery:
            shown[name] = exact(value)
        elif _was_hidden(said, name):
            shown[name] = Count(None, FEWER if said[name].words == FEWER and value < SMALL else WITHHELD)
        elif figures.group(name) in withheld or kind is Kind.derived:
            shown[name] = Count(None, WITHHELD)
        elif name in near:
            shown[name] = Count(None, WITHHELD, within=near[name])
        elif value < SMALL:
            shown[name] = Count(None, FEWER)
        else:
            shown[name] = exact(value)
    return shown


def _was_hidden(said: Mapping[str, Count], name: str) -> bool:
    return name in said and said[name].value is None


def _near_sizes(
    figures: Figures, withheld: frozenset[Group], said: Mapping[str, Count]
) -> dict[str, tuple[int, int] | None]:
    """Sizes that differ from another shown one by 1 to 10, which would give the difference away, and what is told.

    The size that was added first is kept, then the largest. A size near one that is kept is told as the twenty numbers
    below or above that one: whoever knows that it was near (this code is public) is still left with all ten
    differences. Twenties that lie at fixed places would say more: next to 791, "800 to 819" is 800 or 801. Between two
    that are kept the nearer one counts, which leaves at least five.
    """
    sizes = {
        name: value
        for name, value in figures.values.items()
        if figures.kinds[name] is Kind.size
        and value >= SMALL
        and name not in figures.fixed
        and figures.group(name) not in withheld
        and not _was_hidden(said, name)
    }
    kept: list[int] = []
    for size in (*list(sizes.values())[:1], *sorted(sizes.values(), reverse=True)):
        if all(size == other or abs(size - other) >= SMALL for other in kept):
            kept.append(size)
    return {
        name: _twenty(size, min(kept, key=lambda other: (abs(size - other), other)))
        for name, size in sizes.items()
        if size not in kept
    }


def _twenty(size: int, beside: int) -> tuple[int, int] | None:
    """The ``BROAD`` numbers on a size's side of the one beside it; None where so few of them are not small."""
    if size > beside:
        return beside + 1, beside + BROAD
    return (max(beside - BROAD, SMALL), beside - 1) if beside - SMALL >= ROOM else None


def _first_guess(count: Count) -> tuple[float, float]:
    """What the shown text alone says: the number, from where to where, 0 to 10, or nothing."""
    if count.value is not None:
        return count.value, count.value
    if count.within:
        return count.within
    return (0, SMALL - 1) if count.words == FEWER else (0, math.inf)
