"""The bridge between two periods: what rates, mix, coverage and policy each did to a score, adding up exactly.

A score follows from four things: the *rates* of defects among what was measured, the *coverage* of what should have
been measured, the *mix* of units (departments, dimensions that apply) that make up the whole, and the *policy's*
weights. Taking one after the other from the first period to the second gives each its part, but the parts depend on the
order; so every order counts alike (Shapley's value), which makes the parts add up exactly and favours none. All in
exact fractions. Put here the arithmetic; keep out tables (``bridges.py``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Literal

from dedup_assets.scoring.measure import TIMELINESS
from dedup_assets.scoring.policy import exact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy

Quantity = Literal["score", "lower"]
EFFECTS = ("rate", "mix", "coverage", "policy")

# Of one department in one dimension.
_Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bridge:
    """What moved one quantity, in points of 100: rate + mix + coverage + policy = after - before, exactly."""

    quantity: Quantity
    before: Fraction
    after: Fraction
    rate: Fraction
    mix: Fraction
    coverage: Fraction
    policy: Fraction


@dataclass(frozen=True, slots=True)
class _Side:
    """One period as the four things that its score follows from; a cell that is not known has no entry.

    ``rate``: right among what was measured; ``coverage``: measured of population; ``mix``: share of the dimension's
    population; ``policy``: the weights.
    """

    rate: Mapping[_Cell, Fraction]
    mix: Mapping[_Cell, Fraction]
    coverage: Mapping[_Cell, Fraction]
    policy: Mapping[str, Fraction]


def bridges(
    before: tuple[Policy, Sequence[Measure]], after: tuple[Policy, Sequence[Measure]]
) -> dict[Quantity, Bridge]:
    """The bridge of the score and of its lower bound from one period to another.

    Each period is a policy and the measures of its units: of one department, or of all that make up the city. There is
    no bridge of a score that one of the periods has none of (see ``rating.rate``).
    """
    sides = _side(*before), _side(*after)
    found: dict[Quantity, Bridge] = {"lower": _bridge("lower", _lower, sides)}
    if _has_score(before[1]) and _has_score(after[1]):
        start = _score(sides[0], Fraction())
        found["score"] = _bridge("score", lambda side: _score(side, start), sides)
    return found


def _bridge(quantity: Quantity, value: Callable[[_Side], Fraction], sides: tuple[_Side, _Side]) -> Bridge:
    reached: dict[frozenset[str], Fraction] = {}
    for size in range(len(EFFECTS) + 1):
        for changed in combinations(EFFECTS, size):
            reached[frozenset(changed)] = value(_between(sides, frozenset(changed)))
    parts = {each: _shapley(each, reached) for each in EFFECTS}
    return Bridge(quantity, reached[frozenset()], reached[frozenset(EFFECTS)], **parts)


def _shapley(effect: str, reached: Mapping[frozenset[str], Fraction]) -> Fraction:
    """The mean over all orders of what the effect adds when its turn comes."""
    count = len(EFFECTS)
    total = Fraction()
    for changed, value in reached.items():
        if effect not in changed:
            orders = factorial(len(changed)) * factorial(count - len(changed) - 1)
            total += Fraction(orders, factorial(count)) * (reached[changed | {effect}] - value)
    return total


def _between(sides: tuple[_Side, _Side], changed: frozenset[str]) -> _Side:
    """The first period with some of its four things taken from the second.

    What one period does not know of a cell is taken from the other: a department that was not measured before has no
    rate that could have changed, so all that it brings is coverage; a new one brings mix.
    """

    def known(name: Literal["rate", "coverage"]) -> Mapping[_Cell, Fraction]:
        first, second = (getattr(each, name) for each in (sides if name not in changed else sides[::-1]))
        return {**second, **first}

    return _Side(
        rate=known("rate"),
        mix=sides["mix" in changed].mix,
        coverage=known("coverage"),
        policy=sides["policy" in changed].policy,
    )


def _side(policy: Policy, measures: Sequence[Measure]) -> _Side:
    population: dict[str, int] = defaultdict(int)
    for each in measures:
        population[each.dimension] += each.population
    cells = {(each.department, each.dimension): each for each in measures}
    return _Side(
        rate={
            cell: Fraction(each.measured - each.defects, each.measured) for cell, each in cells.items() if each.measured
        },
        mix={cell: Fraction(each.population, population[each.dimension]) for cell, each in cells.items()},
        coverage={cell: Fraction(each.measured, each.population) for cell, each in cells.items()},
        policy={name: exact(weight) for name, weight in policy.weights.items()},
    )


def _pooled(side: _Side) -> dict[str, tuple[Fraction, Fraction]]:
    """Of each dimension the share that was measured, and the share that was measured and right."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for cell, share in side.mix.items():
        measured = share * side.coverage[cell]
        right = measured * side.rate.get(cell, Fraction())
        before = found.get(cell[1], (Fraction(), Fraction()))
        found[cell[1]] = (before[0] + measured, before[1] + right)
    return found


def _lower(side: _Side) -> Fraction:
    pooled = _pooled(side)
    whole = sum((side.policy[name] for name in pooled), Fraction())
    right = sum((side.policy[name] * right for name, (_, right) in pooled.items()), Fraction())
    return 100 * right / whole if whole else Fraction()


def _score(side: _Side, otherwise: Fraction) -> Fraction:
    """The score; ``otherwise`` where nothing is measured, which only a period that never was can come to."""
    measured = {name: right / covered for name, (covered, right) in _pooled(side).items() if covered}
    whole = sum((side.policy[name] for name in measured), Fraction())
    if not whole:
        return otherwise
    return 100 * sum((side.policy[name] * share for name, share in measured.items()), Fraction()) / whole


def _has_score(measures: Sequence[Measure]) -> bool:
    return any(each.measured for each in measures if each.dimension != TIMELINESS)
