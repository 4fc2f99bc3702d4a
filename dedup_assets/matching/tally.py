"""What a search counts and keeps: exact totals, exact degrees, and the nearest pairs (``keep``).

A search compares hashes; people count items. ``Population`` says how many items each distinct hash stands for and how
many of them are new, so that a search of new items against all gives exactly the pairs that the last search did not
have. Keep out how pairs are found (``brute``, ``pigeonhole``, ``banded_sql``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.hashes import BITS
from dedup_assets.matching.keep import Caps, horizons, limit_of, no_horizons, nominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pairs that are collected before the ones that nobody nominates are thrown out: 40 MB.
POOL = 1 << 22
# Item numbers, distances and places must fit one 64-bit key (keep.horizons).
MOST_HASHES = 1 << 27


class SearchError(ValueError):
    """The search cannot be done as asked; the message says what to change."""


@dataclass(frozen=True)
class Population:
    """The hashes to search.

    Attributes:
        words: uint64[n, 4], distinct, in ascending order: a hash's number is its rank. Of equal hashes one may be wide
            and one not.
        weights: int64[n], items that have this hash.
        fresh: int64[n], how many of them are new; pairs of which neither item is new are left out.
        degree: int64[n], pairs that an item of this hash has without the new items.
        wide: bool[n], hashes that are searched in a wider radius among one another; None for none.
    """

    words: NDArray[np.uint64]
    weights: NDArray[np.int64]
    fresh: NDArray[np.int64]
    degree: NDArray[np.int64]
    wide: NDArray[np.bool_] | None = None

    @staticmethod
    def all_new(
        words: NDArray[np.uint64], weights: NDArray[np.int64], wide: NDArray[np.bool_] | None = None
    ) -> Population:
        """Every item is new: the search finds all pairs."""
        return Population(words, weights, weights, np.zeros(len(words), dtype=np.int64), wide)

    def sides(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Numbers of the hashes with new items, and of those without."""
        new = self.fresh > 0
        return np.flatnonzero(new).astype(np.uint32), np.flatnonzero(~new).astype(np.uint32)


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        a, b, distance: the kept pairs of hashes, ``a < b``, in ascending order.
        degree: int64[n], pairs that an item of each hash has now, those with equal hashes included.
        histogram: int64[farthest + 1], pairs of items of which at least one is new, by distance. Exact.
        predicted: comparisons foreseen before the search began.
        comparisons: comparisons made.
        method: brute force, bands or sql.
    """

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    degree: NDArray[np.int64]
    histogram: NDArray[np.int64]
    predicted: int
    comparisons: int
    method: str

    @property
    def total(self) -> int:
        """Pairs of items of which at least one is new."""
        return int(self.histogram.sum())


class Tally:
    """Counts every pair that a search reports, and keeps those that may be among some item's nearest."""

    def __init__(self, population: Population, radius: int, caps: Caps, wide_radius: int | None = None) -> None:
        if not 0 <= radius <= BITS:
            raise SearchError(f"the radius must be between 0 and {BITS} bits, not {radius}")
        if wide_radius is not None and not radius <= wide_radius <= BITS:
            raise SearchError(f"the wide radius must be between {radius} and {BITS} bits, not {wide_radius}")
        if len(population.words) >= MOST_HASHES:
            raise SearchError(f"{len(population.words):,} hashes are too many for one search: cut the store in two")
        self.population = population
        self.radius = radius
        self.caps = caps
        self.wide = np.zeros(len(population.words), dtype=bool) if population.wide is None else population.wide
        # The radius of pairs of two wide hashes, and so the farthest that any pair can be apart.
        self.farthest = radius if wide_radius is None else wide_radius
        self.comparisons = 0
        self.histogram = np.zeros(self.farthest + 1, dtype=np.int64)
        self.degree = np.zeros(len(population.words), dtype=np.int64)
        # How far each hash's nominations can reach at most; a pair beyond both of its horizons need not be stored.
        # Siblings share it without a lock: a bound that one of them overwrites with an older one is still a bound.
        self.reach = no_horizons(len(population.words))
        self._pairs: list[tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16]]] = []
        self._held = 0
        self._full_at = POOL

    def sibling(self) -> Tally:
        """An empty tally for another thread of the same search; ``take_over`` brings it in."""
        other = Tally(self.population, self.radius, self.caps, self.farthest)
        other.reach = self.reach
        return other

    def add(self, a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint16]) -> None:
        """Count pairs of hashes, and keep them if need be. All of ``a`` have new items. No pair may be added twice."""
        weights, fresh = self.population.weights, self.population.fresh
        heavy, new = (weights[a], weights[b]), (fresh[a], fresh[b])
        np.add.at(self.histogram, distance, heavy[0] * heavy[1] - (heavy[0] - new[0]) * (heavy[1] - new[1]))
        # The pairs of a hash with new items are all counted now; any other hash gains the new items only.
        np.add.at(self.degree, a, heavy[1])
        np.add.at(self.degree, b, np.where(new[1] > 0, heavy[0], new[0]))
        self.keep(a, b, distance)

    def keep(self, a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint16]) -> None:
        """Keep pairs that are counted already."""
        self._pairs.append((np.minimum(a, b), np.maximum(a, b), distance))
        self._held += a.size
        if self._held > self._full_at:
            self._compact()

    def take_over(self, other: Tally) -> None:
        """Add what another tally of the same population counted and kept."""
        self.comparisons += other.comparisons
        self.histogram += other.histogram
        self.degree += other.degree
        for pairs in other._pairs:
            self.keep(*pairs)

    def found(self, predicted: int, method: str) -> Found:
        """The end of the search."""
        degree = self._degree()
        own = self.population.weights
        old = own - self.population.fresh
        histogram = self.histogram.copy()
        histogram[0] += int((own * (own - 1) // 2 - old * (old - 1) // 2).sum())
        a, b, distance = self._compact()
        order = np.lexsort((b, a))
        return Found(a[order], b[order], distance[order], degree, histogram, predicted, self.comparisons, method)

    def _degree(self) -> NDArray[np.int64]:
        """Pairs of an item of each hash, as far as they are counted."""
        population = self.population
        known = np.where(population.fresh > 0, population.weights - 1, population.degree)
        return known + self.degree

    def _compact(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16]]:
        """Throw out what no item nominates, and draw the horizons in."""
        a, b, distance = (np.concatenate([_EMPTY[part], *(pairs[part] for pairs in self._pairs)]) for part in range(3))
        limit = limit_of(self._degree(), self.population.weights, self.caps)
        np.minimum(self.reach, horizons(a, b, distance, self.reach.size, limit), out=self.reach)
        chosen = nominated(a, b, distance, self.reach)
        kept = a[chosen], b[chosen], distance[chosen]
        self._pairs, self._held = [kept], kept[0].size
        self._full_at = max(POOL, 2 * self._held)
        return kept


_EMPTY = (np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint16))
