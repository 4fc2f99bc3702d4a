"""Every pair compared with numpy: the method for small stores, and the plain truth that the others are tested against.

No index and nothing to compile, so it starts at once: two thousand hashes take some 20 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.hashes import by_word, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.tally import Population, Tally

# Distances computed at a time. Measured at 2,000 to 20,000 hashes: 2^16 to 2^18 run alike, 2^22 leaves the cache and
# takes two to nine times as long.
BLOCK = 1 << 17


def comparisons(population: Population) -> int:
    """How many pairs ``search`` compares."""
    new, old = population.sides()
    return new.size * (new.size - 1) // 2 + new.size * old.size


def search(tally: Tally) -> None:
    """Add every pair within the radius to the tally."""
    new, old = tally.population.sides()
    compare(tally, new, old, same=False)
    compare(tally, new, new, same=True)
    tally.comparisons += comparisons(tally.population)


def compare(tally: Tally, left: NDArray[np.uint32], right: NDArray[np.uint32], *, same: bool) -> None:
    """Add the pairs of left with right numbers to the tally; of one set with itself (``same``), each pair once."""
    if not left.size or not right.size:
        return
    rows, columns = by_word(tally.population.words[left]), by_word(tally.population.words[right])
    step = max(1, BLOCK // right.size)
    for low in range(0, left.size, step):
        block = slice(low, min(left.size, low + step))
        # Of one set with itself only the columns from the block's first row on are new.
        skipped = low if same else 0
        near = distances(rows, tuple(word[skipped:] for word in columns), block)
        row, column = np.nonzero(near <= tally.farthest)
        if tally.farthest > tally.radius:
            both = tally.wide[left[low + row]] & tally.wide[right[skipped + column]]
            within = both | (near[row, column] <= tally.radius)
            row, column = row[within], column[within]
        if same:
            once = column > row
            row, column = row[once], column[once]
        if row.size:
            tally.add(left[low + row], right[skipped + column], near[row, column])
