"""How a set of hashes is cut into bands, and how many comparisons that will cost.

The general pigeonhole: cut 256 bits into m disjoint bands with thresholds that sum to ``radius - m + 1``. If a pair
differed in more than its threshold in every band, it would differ in at least ``radius + 1`` bits in all. So comparing,
band by band, only hashes whose band values differ in at most the threshold finds every pair within the radius. (Qin et
al., "GPH: Similarity Search in Hamming Space", ICDE 2018, give the argument and the uneven thresholds.)

The comparisons are known before they are made: the number of pairs at each band distance follows exactly from the
histogram of band values, by a Walsh-Hadamard transform. Thresholds go where they cost least, and a search that would
take too long is refused before it begins. Keep out the comparing itself (``kernel``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from heapq import heapify, heapreplace
from itertools import combinations, pairwise
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.hashes import BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD_BITS = 64
FEWEST_BANDS, MOST_BANDS = 12, 40
# What else costs time, in comparisons of .37 ns. Measured on the kernel at 1,000,000 hashes: entering a row (one hash
# against one bucket) 5 ns, looking into a pair of buckets 2 ns, sorting a hash into its bucket 50 ns.
ROW_COST = 13
LOOK_COST = 5
SORT_COST = 150


@dataclass(frozen=True)
class Band:
    """Bits ``start`` to ``start + width`` of a hash (bit 0 is the lowest of word 0), and the distance allowed there."""

    start: int
    width: int
    threshold: int

    @property
    def masks(self) -> NDArray[np.int64]:
        """Every difference of band values within the threshold, the empty one first."""
        flips = (
            sum(1 << bit for bit in bits)
            for count in range(self.threshold + 1)
            for bits in combinations(range(self.width), count)
        )
        return np.fromiter(flips, dtype=np.int64)

    @property
    def bits(self) -> NDArray[np.uint64]:
        """The band's bits as a mask over the four words."""
        whole = ((1 << self.width) - 1) << self.start
        return np.array([whole >> (WORD_BITS * word) & (2**WORD_BITS - 1) for word in range(4)], dtype=np.uint64)


@dataclass(frozen=True)
class Plan:
    """Bands for one set of hashes against itself or another.

    Attributes:
        bands: those whose threshold is at least 0; the others see no pair first.
        costs: what each band will take, in comparisons, the overhead of sorting, rows and buckets included.
        comparisons: what the search will compare, exactly.
    """

    bands: tuple[Band, ...]
    costs: tuple[int, ...]
    comparisons: int


def values(words: NDArray[np.uint64], start: int, width: int) -> NDArray[np.int64]:
    """Band values of uint64[n, 4]: int64[n] below ``2 ** width``. ``width`` is below 64."""
    word, offset = divmod(start, WORD_BITS)
    low = words[:, word] >> np.uint64(offset)
    if offset + width > WORD_BITS:
        low |= words[:, word + 1] << np.uint64(WORD_BITS - offset)
    cut: NDArray[np.int64] = (low & np.uint64((1 << width) - 1)).astype(np.int64)
    return cut


def cut(count: int) -> list[tuple[int, int]]:
    """``count`` disjoint bands of 256 bits, as even as can be: (start, width) of each."""
    edges = [BITS * band // count for band in range(count + 1)]
    return [(low, high - low) for low, high in pairwise(edges)]


def make_plan(left: NDArray[np.uint64], right: NDArray[np.uint64] | None, radius: int) -> Plan:
    """The bands to search ``left`` (uint64[n, 4]) within itself, or against ``right``."""
    sizes = len(left), None if right is None else len(right)
    cuts = cut(_band_count(*sizes, radius))
    curves = []
    for start, width in cuts:
        mine = np.bincount(values(left, start, width), minlength=1 << width)
        other = None if right is None else np.bincount(values(right, start, width), minlength=1 << width)
        curves.append(pairs_by_distance(mine, other))
    steps = [_steps(curve, *sizes) for curve in curves]
    bands, costs, compared = [], [], 0
    for (start, width), curve, step, threshold in zip(cuts, curves, steps, _allot(steps, radius), strict=True):
        if threshold >= 0:
            bands.append(Band(start, width, min(threshold, width)))
            costs.append(sum(step[: threshold + 1]))
            compared += sum(curve[: threshold + 1])
    return Plan(tuple(bands), tuple(costs), compared)


def pairs_by_distance(left: NDArray[np.int64], right: NDArray[np.int64] | None) -> list[int]:
    """How many pairs differ in 0, 1, 2, ... bits of a band, exactly, from the histograms of band values.

    ``left`` and ``right``: int64[2 ** width]. With ``right`` None: pairs within the left side, each once.
    """
    width = left.size.bit_length() - 1
    one = _walsh(left)
    product = one * (one if right is None else _walsh(right))
    # Sum by number of ones of the index. The sums can pass 63 bits, so the halves are summed apart.
    groups = np.bitwise_count(np.arange(left.size, dtype=np.uint64))
    low = product & 0xFFFFFFFF
    high = (product - low) >> 32
    spectrum = [(int(high[groups == ones].sum()) << 32) + int(low[groups == ones].sum()) for ones in range(width + 1)]
    ordered = [
        sum(power * _krawtchouk(width, distance, ones) for ones, power in enumerate(spectrum)) >> width
        for distance in range(width + 1)
    ]
    if right is not None:
        return ordered
    ordered[0] -= int(left.sum())  # a hash and itself
    return [count // 2 for count in ordered]


@cache
def _krawtchouk(width: int, distance: int, ones: int) -> int:
    """The Walsh-Hadamard transform of "differs in ``distance`` bits" at an index with ``ones`` ones."""
    return sum(
        (-1) ** both * comb(ones, both) * comb(width - ones, distance - both)
        for both in range(max(0, distance - width + ones), min(ones, distance) + 1)
    )


def _walsh(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    transformed = counts.astype(np.int64)
    half = 1
    while half < counts.size:
        pairs = transformed.reshape(-1, 2, half)
        transformed = np.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], axis=1)
        half *= 2
    return transformed.reshape(-1)


def _steps(curve: list[int], left: int, right: int | None) -> list[int]:
    """What each further bit of threshold costs a band, in comparisons, given its pairs by distance."""
    width = len(curve) - 1
    looks = (ROW_COST * left + LOOK_COST * (1 << width)) // (2 if right is None else 1)
    steps = [pairs + looks * comb(width, distance) for distance, pairs in enumerate(curve)]
    steps[0] += SORT_COST * (left + (right or 0))
    return steps


def _allot(steps: list[list[int]], radius: int) -> list[int]:
    """Thresholds that sum to ``radius - bands + 1``, each step given to the band where it costs least."""
    thresholds = [-1] * len(steps)
    queue = [(costs[0], band) for band, costs in enumerate(steps)]
    heapify(queue)
    for _ in range(radius + 1):
        _, band = queue[0]
        thresholds[band] += 1
        step = thresholds[band] + 1
        # A band that allows every difference already finds all pairs; further steps cost nothing.
        heapreplace(queue, (steps[band][step] if step < len(steps[band]) else 0, band))
    return thresholds


@cache
def _band_count(left: int, right: int | None, radius: int) -> int:
    """The number of bands that would cost least if the hashes were random."""
    pairs = left * left // 2 if right is None else left * right
    best: tuple[int, int] | None = None
    for count in range(FEWEST_BANDS, MOST_BANDS + 1):
        steps = [
            _steps([pairs * comb(width, distance) >> width for distance in range(width + 1)], left, right)
            for _, width in cut(count)
        ]
        thresholds = _allot(steps, radius)
        cost = sum(sum(costs[: threshold + 1]) for costs, threshold in zip(steps, thresholds, strict=True))
        best = min(best, (cost, count)) if best else (cost, count)
    assert best is not None
    return best[1]
