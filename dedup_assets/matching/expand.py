"""From pairs of hashes to pairs of the items that have them, each item with its nearest only.

An item's nearest are, in order: the other items with its own hash, then the items of near hashes by (distance, rank of
the hash), within one hash by their number. Keep out which of them are kept in the end (``keep``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.tally import Found

    Pairs = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16]]


def expand(found: Found, starts: NDArray[np.int64], limit: int) -> Pairs:
    """Pairs of items ``a < b`` with their distance, each once, in ascending order.

    ``starts``: int64[classes + 1]; class ``x`` has the items ``starts[x]`` to ``starts[x + 1]``. Every pair that an
    item nominates among its ``limit`` nearest of the found classes is there; a few more may be. The result holds at
    most ``limit + 1`` pairs an item.
    """
    source, target, distance = _edges(found, np.diff(starts))
    source, target, distance, taken = _nearest(source, target, distance, starts, limit)
    # Every item of the source class with the first ``taken`` items of the target class.
    owners = np.diff(starts)[source]
    pairs = owners * taken
    edge = np.repeat(np.arange(source.size), pairs)
    within = np.arange(edge.size) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    one = starts[source[edge]] + within // taken[edge]
    other = starts[target[edge]] + within % taken[edge]
    return _once(one, other, distance[edge])


def expand_across(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    starts: tuple[NDArray[np.int64], NDArray[np.int64]],
    limit: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Items of pairs of classes of two different numberings: which pair, item of ``one``, item of ``other``.

    ``starts``: of the classes that ``one`` and ``other`` number, as in ``expand``. Every item comes with the first
    ``limit`` items of the class across.
    """
    weights = np.diff(starts[0])[one], np.diff(starts[1])[other]
    # All items with the first across, and the first items with the rest across.
    width = np.minimum(weights[1], limit)
    blocks = [
        _block(one, other, starts, (np.zeros_like(width), weights[0]), (np.zeros_like(width), width)),
        _block(one, other, starts, (np.zeros_like(width), np.minimum(weights[0], limit)), (width, weights[1])),
    ]
    pair, left, right = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return pair, left, right


def _block(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    starts: tuple[NDArray[np.int64], NDArray[np.int64]],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    columns: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every row of one class with every column of the other, of each pair of classes."""
    width = columns[1] - columns[0]
    sizes = (rows[1] - rows[0]) * width
    pair = np.repeat(np.arange(one.size), sizes)
    place = np.arange(pair.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    left = starts[0][one[pair]] + rows[0][pair] + place // np.maximum(width[pair], 1)
    right = starts[1][other[pair]] + columns[0][pair] + place % np.maximum(width[pair], 1)
    return pair, left, right


def _edges(found: Found, weights: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]:
    """Classes and the classes near them, both ways; a class with several items is near itself. Nearest first."""
    alike = np.flatnonzero(weights > 1)
    a, b = found.a.astype(np.int64), found.b.astype(np.int64)
    source, target = np.concatenate([alike, a, b]), np.concatenate([alike, b, a])
    distance = np.concatenate([np.zeros(alike.size, np.uint16), found.distance, found.distance])
    # Other classes have other hashes, so at distance 0 there is the class itself alone.
    order = np.lexsort((target, distance, source))
    return source[order], target[order], distance[order]


def _nearest(
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    distance: NDArray[np.uint16],
    starts: NDArray[np.int64],
    limit: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16], NDArray[np.int64]]:
    """The edges that reach an item's ``limit`` nearest, and how many items each takes of its target class.

    An item stands among its own class, hence one more than the limit.
    """
    weights = np.diff(starts)[target]
    before = np.cumsum(weights) - weights
    first = np.searchsorted(source, source)  # where each source's edges begin
    taken = np.minimum(weights, limit + 1 - (before - before[first]))
    reached = taken > 0
    return source[reached], target[reached], distance[reached], taken[reached]


def _once(one: NDArray[np.int64], other: NDArray[np.int64], distance: NDArray[np.uint16]) -> Pairs:
    apart = one != other
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    _, first = np.unique((low << 32) | high, return_index=True)
    return low[first].astype(np.uint32), high[first].astype(np.uint32), distance[apart][first]
