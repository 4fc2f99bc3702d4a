"""What a reader can work out of the counts that are hidden, from those that are shown and the formulas between them.

Two ways, the second only where the first finds nothing: narrowing the interval of one count by the others of a formula,
again and again, which is quick; and integer programming (HiGHS), which is exact: the least and the most that a count
can be while every formula holds. A reader with a computer can do both.

Put here the arithmetic. Keep out which counts there are (``figures.py``) and which are hidden for it
(``disclosure.py``).
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scipy.optimize import OptimizeResult

Reach = dict[str, tuple[float, float]]

EPSILON = 1e-6
# Steps of narrowing for each formula. Stopping early only means that the exact way finds what is left.
_STEPS = 50
# Branches that one integer program may try. Where they do not suffice a count is taken for exposed, never for safe.
_NODES = 2_000
_UNBOUNDED = 3  # what milp() answers where a count has no most


@dataclass(frozen=True, slots=True)
class Formula:
    """A published relation: ``low <= sum(coefficient * count) <= high``.

    ``parts`` names counts that add up to another count in it: their hidden ones together are a count as well.
    """

    terms: Mapping[str, float]
    low: float = 0.0
    high: float = 0.0
    parts: frozenset[str] = frozenset()


def narrow(formulas: Sequence[Formula], reach: Reach) -> None:
    """Narrow every interval of ``reach`` by what the formulas leave it, in place."""
    where = defaultdict(list)
    for place, formula in enumerate(formulas):
        for name in formula.terms:
            where[name].append(place)
    waiting, queued = deque(range(len(formulas))), set(range(len(formulas)))
    for _ in range(_STEPS * len(formulas)):
        if not waiting:
            return
        place = waiting.popleft()
        queued.discard(place)
        for name in _narrow(formulas[place], reach):
            for other in where[name]:
                if other not in queued:
                    waiting.append(other)
                    queued.add(other)


def _narrow(formula: Formula, reach: Reach) -> list[str]:
    """Narrow every count of one formula by what the others leave it; the names of those that moved."""
    ends = {name: sorted((factor * reach[name][0], factor * reach[name][1])) for name, factor in formula.terms.items()}
    least, most = _Sum(low for low, _ in ends.values()), _Sum(high for _, high in ends.values())
    moved = []
    for name, factor in formula.terms.items():
        low, high = reach[name]
        if low == high:
            continue
        others = least.without(ends[name][0]), most.without(ends[name][1])
        bounds = sorted(((formula.low - others[1]) / factor, (formula.high - others[0]) / factor))
        new = (
            max(low, math.ceil(bounds[0] - EPSILON) if bounds[0] > -math.inf else low),
            min(high, math.floor(bounds[1] + EPSILON) if bounds[1] < math.inf else high),
        )
        if new != (low, high):
            reach[name] = new
            moved.append(name)
    return moved


class _Sum:
    """A sum, some of whose terms may be infinite, that can be asked for without one of them."""

    def __init__(self, terms: Iterable[float]) -> None:
        self.finite, self.infinite, self.sign = 0.0, 0, 0.0
        for term in terms:
            if math.isinf(term):
                self.infinite += 1
                self.sign = term
            else:
                self.finite += term

    def without(self, term: float) -> float:
        if math.isinf(term):
            return self.finite if self.infinite == 1 else self.sign
        return self.sign if self.infinite else self.finite - term


def never_zero(formulas: Sequence[Formula], reach: Reach, names: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The least and the most of those ``names`` that a reader knows not to be 0; exact.

    ``reach``: an interval for every count. A count that could not be decided is given as known to be what it is least.
    """
    program = _Program(formulas, reach)
    open_names = [each for each in names if reach[each][1] > 0]
    found = {}
    while open_names:
        solved = program.solve(dict.fromkeys(open_names, 1.0))
        if solved is None:
            return dict.fromkeys(open_names, (1.0, 1.0))
        left = [each for each in open_names if solved[each] > 0]
        if len(left) < len(open_names):
            open_names = left
            continue
        least = program.extreme(open_names[0], 1)
        if least is None or least > 0:
            most = program.extreme(open_names[0], -1)
            found[open_names[0]] = (least, most) if least is not None and most is not None else (1.0, 1.0)
        open_names = open_names[1:]
    return found


class _Program:
    """The formulas as an integer program over the counts that are not known."""

    def __init__(self, formulas: Sequence[Formula], reach: Reach) -> None:
        self.names = [each for each, (low, high) in reach.items() if low != high]
        self.place = {each: place for place, each in enumerate(self.names)}
        self.reach = reach
        self.low = np.array([reach[each][0] for each in self.names])
        self.high = np.array([reach[each][1] for each in self.names])
        self.constraint = self._constraint(formulas)

    def solve(self, aim: Mapping[str, float]) -> dict[str, float] | None:
        """Counts for which the sum of ``aim`` is least, of the names in it; None where none were found."""
        known = {each: self.reach[each][0] for each in aim if each not in self.place}
        wanted = np.zeros(len(self.names))
        for each, factor in aim.items():
            if each in self.place:
                wanted[self.place[each]] = factor
        if not wanted.any():
            return known
        result = self._solved(wanted)
        if result.status != 0:
            return None
        return {**known, **{each: float(round(result.x[self.place[each]])) for each in aim if each in self.place}}

    def extreme(self, name: str, sign: int) -> float | None:
        """The least (1) or the most (-1) that one count can be; the most may be infinite. None: not decided."""
        if name not in self.place:
            return self.reach[name][0]
        wanted = np.zeros(len(self.names))
        wanted[self.place[name]] = sign
        result = self._solved(wanted)
        if result.status == _UNBOUNDED:
            return math.inf
        return float(round(result.x[self.place[name]])) if result.status == 0 else None

    def _solved(self, wanted: np.ndarray) -> OptimizeResult:
        return milp(
            wanted,
            constraints=[self.constraint] if self.constraint else (),
            bounds=Bounds(self.low, self.high),
            integrality=np.ones(len(self.names)),
            options={"node_limit": _NODES},
        )

    def _constraint(self, formulas: Sequence[Formula]) -> LinearConstraint | None:
        rows: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        low: list[float] = []
        high: list[float] = []
        for formula in formulas:
            unknown = {each: factor for each, factor in formula.terms.items() if each in self.place}
            if not unknown:
                continue
            known = sum(factor * self.reach[each][0] for each, factor in formula.terms.items() if each not in unknown)
            for each, factor in unknown.items():
                rows.append(len(low))
                columns.append(self.place[each])
                factors.append(factor)
            low.append(formula.low - known - EPSILON)
            high.append(formula.high - known + EPSILON)
        if not low:
            return None
        matrix = csr_array((factors, (rows, columns)), shape=(len(low), len(self.names)))
        return LinearConstraint(matrix, low, high)
