"""Mirrored and turned copies: hashes whose other forms lie within the radius of a hash, exactly.

Every photograph with a new item is probed in its seven other forms (``turned``) against all. The forms of two pictures
are as far apart as the pictures are, so one of the two has to be probed, and new against all finds what a search of
everything would. Costs, per new hash, seven times what its own search costs, twice that where all are new.

Keep out the hashes as they are (``search``) and which images are photographs (``channels``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching import brute
from dedup_assets.matching.expand import expand_across
from dedup_assets.matching.hashes import Classes, collapse
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.search import BUDGET, RADIUS, choose, refuse_above
from dedup_assets.matching.tally import Population, Tally
from dedup_assets.matching.turned import FORMS, inverse, turned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Where photographs are, local features are compared too, and that has loaded the kernel for all but the fewest.
_EAGER = 5
# Probes that are searched at a time at least: some 200 MB with what two threads sort of them.
_AT_ONCE = 1_000_000
_NOTHING = (np.zeros(0, np.int64),) * 4
_INVERSE = np.array([inverse(form) for form in range(FORMS)], dtype=np.uint8)


@dataclass(frozen=True)
class Turned:
    """Pairs of items of which one is near another form of the other.

    Attributes:
        a, b: uint32, ``a < b``, in ascending order, each pair once.
        form: uint8, the form of ``b`` that is near ``a``; of several the nearest, and the lowest number of those.
        distance: uint16, in bits.
        total: pairs and forms within the radius of which at least one item is new. Exact.
        kept: those that were kept; ``a`` has fewer when a pair agrees in several forms.
        predicted, comparisons: foreseen, and made.
    """

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    form: NDArray[np.uint8]
    distance: NDArray[np.uint16]
    total: int
    kept: int
    predicted: int
    comparisons: int


def find_turned(
    words: NDArray[np.uint64],
    fresh: NDArray[np.bool_],
    radius: int = RADIUS,
    caps: Caps | None = None,
    *,
    threads: int | None = None,
    budget: int = BUDGET,
) -> Turned:
    """Pairs of items (hashes uint64[n, 4]) of which at least one is ``fresh`` and near a form of the other.

    ``radius``: 31 finds 99.4 % of turned copies of 176 real photographs, saved again at 60 % size and JPEG quality 50;
    60 would find 99.7 % at several times the cost. ``caps``: how many of the probed hashes one hash keeps, and the
    other way round, nearest first.

    Raises SearchError when the radius is out of range, or more than ``budget`` comparisons would be needed.
    """
    caps = caps or Caps()
    classes = collapse(words)
    new = fresh[classes.order]
    fresh_weights = np.add.reduceat(new.astype(np.int64), classes.starts[:-1]) if new.size else classes.weights
    probed = np.flatnonzero(fresh_weights > 0)
    bands = choose(_EAGER * (FORMS - 1) * probed.size * len(classes.words)) == "bands"
    run = _Run(classes, probed, fresh_weights, radius, caps, threads or os.cpu_count() or 1, budget, bands)
    found = [run.search(forms) for forms in _batches(len(classes.words), probed.size)] or [_NOTHING]
    starts = np.concatenate([[0], np.cumsum(fresh_weights)])[np.append(probed, len(fresh_weights))]
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    pair, one, other = expand_across(columns[0], columns[1], (starts, classes.starts), caps.per_item)
    i, j = classes.order[new][one], classes.order[other]
    return _once(run, i, j, columns[2][pair].astype(np.uint8), columns[3][pair].astype(np.uint16))


@dataclass
class _Run:
    """What all batches of forms share, and what they add up."""

    classes: Classes
    probed: NDArray[np.int64]
    fresh: NDArray[np.int64]
    radius: int
    caps: Caps
    threads: int
    budget: int
    bands: bool
    double: int = 0
    predicted: int = 0
    comparisons: int = 0

    def search(self, forms: list[int]) -> tuple[NDArray[np.int64], ...]:
        """Kept pairs of hashes: place among the probed ones, class, form, distance."""
        base, mine = self.classes.words, self.classes.words[self.probed]
        probes = np.concatenate([turned(mine, form) for form in forms])
        weights = np.tile(self.fresh[self.probed], len(forms))
        # Probes are the new ones, so that nothing compares them with one another; a number below len(probes) is one.
        population = Population(
            np.concatenate([probes, base]),
            np.concatenate([weights, self.classes.weights]),
            np.concatenate([weights, np.zeros_like(self.fresh)]),
            np.zeros(len(probes) + len(base), dtype=np.int64),
        )
        tally = Tally(population, self.radius, self.caps)
        self._fill(tally, len(probes))
        near = np.bitwise_count(probes ^ np.tile(mine, (len(forms), 1))).sum(axis=1) <= self.radius
        # Twice the pairs: those of two new items are met from both sides, an item is no pair with itself.
        self.double += 2 * int(tally.histogram.sum()) - int((self.fresh * tally.degree[len(probes) :]).sum())
        self.double -= int(weights[near].sum())
        self.comparisons += tally.comparisons
        found = tally.found(0, "")
        place, form = found.a % max(1, mine.shape[0]), np.array(forms)[found.a // max(1, mine.shape[0])]
        return place.astype(np.int64), found.b.astype(np.int64) - len(probes), form, found.distance.astype(np.int64)

    def _fill(self, tally: Tally, probes: int) -> None:
        left, right = (
            np.arange(low, high, dtype=np.uint32) for low, high in ((0, probes), (probes, len(tally.population.words)))
        )
        if self.bands:
            from dedup_assets.matching import pigeonhole

            job = pigeonhole.plan_job(tally.population.words, left, right, self.radius)
            self.predicted += job.comparisons
            refuse_above(self.budget, self.predicted)
            pigeonhole.search(tally, [job], self.threads)
        else:
            self.predicted += left.size * right.size
            refuse_above(self.budget, self.predicted)
            brute.compare(tally, left, right, same=False)
            tally.comparisons += left.size * right.size


def _batches(count: int, probed: int) -> Iterator[list[int]]:
    """The forms to search at a time: one, or more where few hashes are probed, so that the others are sorted once."""
    if probed:
        size = min(FORMS - 1, max(1, max(count, _AT_ONCE) // probed))
        for low in range(1, FORMS, size):
            yield list(range(low, min(FORMS, low + size)))


def _once(
    run: _Run, i: NDArray[np.int64], j: NDArray[np.int64], form: NDArray[np.uint8], distance: NDArray[np.uint16]
) -> Turned:
    """Each pair once, ``i`` in its form being near ``j``."""
    apart = i != j
    i, j, form, distance = i[apart], j[apart], form[apart], distance[apart]
    a, b = np.minimum(i, j), np.maximum(i, j)
    # That a form of a is near b says that the form which leads back, of b, is near a.
    form = np.where(i > j, form, _INVERSE[form])
    order = np.lexsort((form, distance, b, a))
    a, b, form, distance = a[order], b[order], form[order], distance[order]
    same = (a[1:] == a[:-1]) & (b[1:] == b[:-1])
    first = np.append(np.ones(min(1, a.size), dtype=bool), ~same)
    # The same form of a pair comes twice when both items are new; its distance is the same both times.
    again = np.append(np.zeros(min(1, a.size), dtype=bool), same & (form[1:] == form[:-1]))
    return Turned(
        a[first].astype(np.uint32),
        b[first].astype(np.uint32),
        form[first],
        distance[first],
        run.double // 2,
        int(a.size - again.sum()),
        run.predicted,
        run.comparisons,
    )
