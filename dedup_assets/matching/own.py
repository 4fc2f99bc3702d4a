"""Pairs of pages of one and the same content, which the search finds and nobody wants: counted, to be taken off.

Contents have a hundred pages at most, so comparing each with each costs little. Keep out the search itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.near_pages import PageSet

# Pairs compared at a time: 100 MB.
_CHUNK = 1 << 20


@dataclass(frozen=True)
class OwnPairs:
    """Pages of a content near one another.

    ``degree``: int64[n], pages of its own content that are near each page; ``histogram``: int64[wide radius + 1], pairs
    of new contents by distance.
    """

    degree: NDArray[np.int64]
    histogram: NDArray[np.int64]


def own_pairs(pages: PageSet, radii: tuple[int, int]) -> OwnPairs:
    """Count pairs of pages of one content within the first of two ``radii``, or, of two photographs, the second."""
    words, photograph, content = pages.words, pages.photograph, pages.content
    degree = np.zeros(len(words), dtype=np.int64)
    histogram = np.zeros(radii[1] + 1, dtype=np.int64)
    order = np.argsort(content, kind="stable")
    _, firsts, sizes = np.unique(content[order], return_index=True, return_counts=True)
    several = sizes > 1
    firsts, sizes = firsts[several], sizes[several]
    bounds = np.cumsum(sizes**2) // _CHUNK
    for chunk in np.split(np.arange(sizes.size), np.flatnonzero(np.diff(bounds)) + 1):
        squares = sizes[chunk] ** 2
        width = np.repeat(sizes[chunk], squares)
        place = np.arange(width.size) - np.repeat(np.cumsum(squares) - squares, squares)
        row, column = place // np.maximum(width, 1), place % np.maximum(width, 1)
        base = np.repeat(firsts[chunk], squares)
        once = row < column
        a, b = order[base[once] + row[once]], order[base[once] + column[once]]
        apart = np.bitwise_count(words[a] ^ words[b]).sum(axis=1, dtype=np.int64)
        near = apart <= np.where(photograph[a] & photograph[b], radii[1], radii[0])
        a, b, apart = a[near], b[near], apart[near]
        degree += np.bincount(a, minlength=degree.size) + np.bincount(b, minlength=degree.size)
        new = pages.fresh[a] | pages.fresh[b]
        histogram += np.bincount(apart[new], minlength=histogram.size)
    return OwnPairs(degree, histogram)
