"""Whether the order of the departments holds when the weights are a little different.

Weights are a convention; an order that a tenth of all reasonable weightings turn around says more of the weights than
of the departments (field notes on Los Angeles, section 6.2). Put here the weightings drawn and what they turn around;
keep out the scores themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup_assets.scoring.measure import stored_measures
from dedup_assets.scoring.policy import NOT_RATED
from dedup_assets.scoring.rating import rate
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy

WEIGHTINGS = 1000
# Above this share of weightings that turn the order around, it is not robust.
ROBUST = 0.1
# Dirichlet's concentration: the largest weight of the shipped policy, .303, then varies by .046, a seventh of itself.
CONCENTRATION = 100.0
SEED = 28


@dataclass(frozen=True, slots=True)
class Order:
    """Departments from the best lower bound to the worst, and how often the weights turn any two of them around.

    ``weakest``: the two that change places most often, the better one first; None when none ever do.
    """

    departments: tuple[str, ...]
    weightings: int
    flipped: int
    weakest: tuple[str, str] | None
    weakest_flipped: int

    @property
    def is_robust(self) -> bool:
        """Whether no more than a tenth of the weightings turn the order around."""
        return self.flipped <= ROBUST * self.weightings


def order(policy: Policy, measures: Mapping[str, Sequence[Measure]]) -> Order:
    """The order of some departments by their lower bounds under ``policy``, and its robustness.

    ``measures`` by department. Two with equal bounds have no order that could be turned around. The same measures give
    the same answer every time.
    """
    exactly = {name: rate(policy, its).lower for name, its in measures.items()}
    ranked = tuple(sorted(measures, key=lambda name: (-exactly[name], name)))
    pairs = [(a, b) for a, b in combinations(ranked, 2) if exactly[a] > exactly[b]]
    if not pairs:
        return Order(ranked, WEIGHTINGS if len(ranked) > 1 else 0, 0, None, 0)
    weights = _weightings(policy)
    bounds = {name: _bounds(policy, its, weights) for name, its in measures.items()}
    turned = np.stack([bounds[a] < bounds[b] for a, b in pairs])
    often = turned.sum(axis=1)
    weakest = int(often.argmax())
    pair = pairs[weakest] if often[weakest] else None
    return Order(ranked, WEIGHTINGS, int(turned.any(axis=0).sum()), pair, int(often[weakest]))


def rank_departments(con: duckdb.DuckDBPyConnection, policy: Policy, departments: Sequence[Department]) -> int:
    """Fill ``score_order`` with the order of the rated departments at every date, under ``policy``; returns the rows.

    ``con`` needs ``measure`` and ``score_history`` of the departments.
    """
    names = [each.name for each in departments]
    measures: dict[tuple[date, str], list[Measure]] = {}
    for each in stored_measures(con, names):
        measures.setdefault((each.as_of, each.department), []).append(each)
    rated: dict[date, dict[str, list[Measure]]] = {}
    given = {"departments": names, "policy_version": policy.version, "not_rated": NOT_RATED}
    for as_of, name in con.execute(query("scoring", "rated_department"), given).fetchall():
        rated.setdefault(as_of, {})[name] = measures[as_of, name]
    with atomic(con):
        con.execute(query("scoring", "score_order_clear"), {"policy_version": policy.version})
        for as_of, its in rated.items():
            con.execute(query("scoring", "score_order"), _row(policy, as_of, order(policy, its)))
    return len(rated)


def _weightings(policy: Policy) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Weightings drawn around the policy's, one a row, in the order of its dimensions."""
    # RandomState and not Generator: its stream is frozen for good (NEP 19), so every numpy draws the same.
    chance = np.random.RandomState(SEED)
    return chance.dirichlet(CONCENTRATION * np.array(list(policy.weights.values())), size=WEIGHTINGS)


def _bounds(
    policy: Policy, measures: Sequence[Measure], weights: np.ndarray[Any, np.dtype[np.float64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The lower bound of one department under each weighting, from 0 to 1; see ``rating.rate``."""
    right = {each.dimension: (each.measured - each.defects) / each.population for each in measures}
    applies = np.array([name in right for name in policy.weights])
    shares = np.array([right.get(name, 0.0) for name in policy.weights])
    lower: np.ndarray[Any, np.dtype[np.float64]] = weights @ shares / weights[:, applies].sum(axis=1)
    return lower


def _row(policy: Policy, as_of: date, found: Order) -> dict[str, Any]:
    better, worse = found.weakest or (None, None)
    return {
        "as_of": as_of,
        "policy_version": policy.version,
        "departments": list(found.departments),
        "weightings": found.weightings,
        "flipped": found.flipped,
        "is_robust": found.is_robust,
        "weakest_better": better,
        "weakest_worse": worse,
        "weakest_flipped": found.weakest_flipped,
    }
