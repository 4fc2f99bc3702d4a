"""Which pairs are kept when there are too many: every item's nearest, by a rule that knows no order of arrival.

A store with 50,000 nearly equal scans has 1,250,000,000 pairs. All are counted, but only some are stored. The rule
must give the same pairs whether a store is searched at once or delivery by delivery, so it looks at nothing but the
items themselves:

* an item *nominates* its ``limit`` nearest, in the order of (distance, number of the other item);
* a pair is kept when either of its two items nominates it;
* ``limit`` is ``per_item``, lowered until all items together nominate at most ``cap`` pairs. The number of pairs of an
  item only grows as items are added, so the limit only falls, and what was kept before always holds what is kept after.

Numbers of items must therefore stand for something lasting (rank of hash and digest, not place in a file).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DISTANCE_BITS = 9  # 0 to 256
EVERYTHING = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True)
class Caps:
    """How many pairs may be stored.

    Attributes:
        per_item: nearest pairs that one item nominates. 50 is far more than a person looks at for one image.
        cap: pairs that all items nominate together; each item keeps its nearest pair whatever the cap. 1,000,000 pairs
            with their evidence are about 300 MB of table.
    """

    per_item: int = 50
    cap: int = 1_000_000

    def __post_init__(self) -> None:
        if self.per_item < 1 or self.cap < 1:
            raise ValueError(f"caps must be at least 1, not {self.per_item} an item and {self.cap} in all")


def limit_of(degree: NDArray[np.int64], weights: NDArray[np.int64] | None, caps: Caps) -> int:
    """How many pairs one item may nominate: the largest limit whose nominations stay below the cap, at least 1.

    ``degree``: pairs of each item, or, with ``weights``, of each of the ``weights`` items that an entry stands for.
    """
    share = np.ones(1, dtype=np.int64) if weights is None else weights
    if int((degree * share).sum()) // 2 <= caps.cap:
        return caps.per_item
    low, high = 1, caps.per_item
    while low < high:
        middle = (low + high + 1) // 2
        if int((np.minimum(degree, middle) * share).sum()) <= caps.cap:
            low = middle
        else:
            high = middle - 1
    return low


def id_bits(items: int) -> int:
    """Bits that number ``items`` items."""
    return max(1, int(items - 1).bit_length())


def no_horizons(items: int) -> NDArray[np.uint64]:
    """Horizons of items that have met no pair yet: uint64[items]."""
    return np.full(items, EVERYTHING, dtype=np.uint64)


def horizons(
    a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint16], items: int, limit: int
) -> NDArray[np.uint64]:
    """How far each item's nominations reach among the given pairs: uint64[items].

    An item's horizon is the key ``distance << id_bits | other`` of the last pair it nominates, and ``EVERYTHING`` when
    it has no more pairs than ``limit``. No pair may be given twice.
    """
    reach = no_horizons(items)
    busy = np.bincount(a, minlength=items) + np.bincount(b, minlength=items) > limit
    crowded = np.flatnonzero(busy)
    if not crowded.size:
        return reach
    # The item's place among the crowded goes before the key, so that one plain sort ranks the pairs of all of them.
    shift = np.uint64(id_bits(items))
    place = np.zeros(items, dtype=np.uint64)
    place[crowded] = np.arange(crowded.size, dtype=np.uint64) << (shift + np.uint64(DISTANCE_BITS))
    ranked = []
    for item, other in ((a, b), (b, a)):
        mine = busy[item]
        key = distance[mine].astype(np.uint64) << shift
        key |= other[mine]
        key |= place[item[mine]]
        ranked.append(key)
    keys = np.concatenate(ranked)
    keys.sort()
    last = keys[np.searchsorted(keys, place[crowded]) + limit - 1]
    reach[crowded] = last - place[crowded]
    return reach


def nominated(
    a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint16], reach: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Which of the pairs one of their two items nominates, given the items' horizons."""
    shift = np.uint64(id_bits(reach.size))
    far = distance.astype(np.uint64) << shift
    chosen: NDArray[np.bool_] = ((far | b) <= reach[a]) | ((far | a) <= reach[b])
    return chosen
