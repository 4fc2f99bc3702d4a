"""The compiled inner loops of the search: sorting hashes into buckets, and comparing bucket with bucket.

Imports numba (a fifth of a second) and compiles on first call (a second or two; kept on disk where the folder of the
package or the user's cache can be written), so only ``pigeonhole`` imports this module, and only for large stores.
Keep out every decision: which bands, which buckets, what to keep.

Indexes are unsigned throughout. With signed ones numba allows for negative indexes, the inner loop is not vectorised
and takes three to five times as long. Unsigned and plain integers together would make floats, hence ``ONE``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

F = TypeVar("F", bound="Callable[..., Any]")

NOTHING, ONE, WORD_BITS = np.uint64(0), np.uint64(1), np.uint64(64)

# Fields of a scan's state: where it stopped (bucket, mask, row within the bucket), pairs written, comparisons made.
BUCKET, MASK, ROW, WRITTEN, COMPARED, STATE = 0, 1, 2, 3, 4, 5


class Buckets(NamedTuple):
    """Hashes in the order of their bucket.

    ``columns`` uint64[4, n], one row a word; ``ids`` uint32[n], their numbers; ``starts`` int64[buckets + 1]: bucket
    ``v`` is ``starts[v]`` to ``starts[v + 1]``.
    """

    columns: NDArray[np.uint64]
    ids: NDArray[np.uint32]
    starts: NDArray[np.int64]


class Earlier(NamedTuple):
    """The bands that report a pair before this one: ``bits`` uint64[e, 4] and ``thresholds`` uint64[e]."""

    bits: NDArray[np.uint64]
    thresholds: NDArray[np.uint64]


class Counts(NamedTuple):
    """What ``Tally`` counts, by hash or by distance; ``shift`` is the ``id_bits`` of the keys in ``reach``."""

    weights: NDArray[np.int64]
    fresh: NDArray[np.int64]
    degree: NDArray[np.int64]
    histogram: NDArray[np.int64]
    reach: NDArray[np.uint64]
    shift: np.uint64


class Buffer(NamedTuple):
    """Room for pairs: uint32[room] twice and uint16[room]."""

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    distance: NDArray[np.uint16]


class _Builder(Protocol):
    def ctpop(self, value: object) -> object: ...


def compiled(function: F) -> F:
    """The function compiled, without the interpreter's lock, and kept on disk if there is a place for it."""
    try:
        fast = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        fast = njit(nogil=True)(function)
    return cast("F", fast)


def _count_ones(_context: object, _number: object) -> tuple[object, Callable[..., object]]:
    def emit(_context: object, builder: _Builder, _signature: object, arguments: list[object]) -> object:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), emit


# Number of ones of a uint64. Numba knows no bit_count; this is the processor's own instruction.
ones = cast("Callable[[np.uint64], np.uint64]", intrinsic(_count_ones))


@compiled
def sort_into_buckets(words: NDArray[np.uint64], start: int, width: int, out: Buckets) -> None:
    """Sort hashes (uint64[n, 4]) by their band ``start`` to ``start + width``, keeping their order within a bucket.

    Fills ``out``, whose ``ids`` are then rows of ``words``.
    """
    count = np.uint64(words.shape[0])
    word, offset = np.uint64(start >> 6), np.uint64(start & 63)
    split = offset + np.uint64(width) > WORD_BITS
    cut = np.uint64((1 << width) - 1)
    keys = np.empty(words.shape[0], dtype=np.uint32)
    starts = out.starts
    starts[:] = 0
    for row in range(count):
        value = words[row, word] >> offset
        if split:
            value |= words[row, word + ONE] << (WORD_BITS - offset)
        keys[row] = value & cut
        starts[np.uint64(keys[row]) + ONE] += 1
    for bucket in range(ONE, np.uint64(starts.size)):
        starts[bucket] += starts[bucket - ONE]
    free = starts[:-1].copy()
    for row in range(count):
        key = np.uint64(keys[row])
        place = np.uint64(free[key])
        free[key] += 1
        out.ids[place] = row
        for each in range(np.uint64(4)):
            out.columns[each, place] = words[row, each]


@compiled
def scan(  # noqa: PLR0917  # numba compiles no keyword-only parameters
    left: Buckets,
    right: Buckets,
    within: bool,  # noqa: FBT001  # as above
    masks: NDArray[np.int64],
    near: np.uint64,
    earlier: Earlier,
    counts: Counts,
    buffer: Buffer,
    state: NDArray[np.int64],
) -> bool:
    """Compare each left bucket with the right buckets whose number differs from its own by a mask.

    Every pair within ``near`` bits that no earlier band would report is counted as ``Tally.add`` does, and written to
    the buffer if one of its two hashes may nominate it. All left hashes have new items. ``within``: left and right are
    the same; each pair is compared once.

    Begins where ``state`` says. Returns False when the buffer is full: the state then says where to go on, after
    ``state[WRITTEN]`` pairs were taken away and it was set to 0. The buffer must have room for the largest right
    bucket.
    """
    l0, l1, l2, l3 = left.columns[0], left.columns[1], left.columns[2], left.columns[3]
    r0, r1, r2, r3 = right.columns[0], right.columns[1], right.columns[2], right.columns[3]
    buckets = left.starts.size - 1
    for bucket in range(state[BUCKET], buckets):
        first_row, end_row = np.uint64(left.starts[bucket]), np.uint64(left.starts[bucket + 1])
        first_mask, state[MASK] = state[MASK], 0
        if first_row == end_row:
            continue
        for mask in range(first_mask, masks.size):
            other = bucket ^ masks[mask]
            row = first_row + np.uint64(state[ROW])
            state[ROW] = 0
            low, high = np.uint64(right.starts[other]), np.uint64(right.starts[other + 1])
            if low == high or (within and other < bucket):
                continue
            while row < end_row:
                first = row + ONE if within and other == bucket else low
                x0, x1, x2, x3 = l0[row], l1[row], l2[row], l3[row]
                # A loop without a branch, which the compiler turns into vector instructions.
                hits = NOTHING
                for place in range(first, high):
                    apart = ones(x0 ^ r0[place]) + ones(x1 ^ r1[place]) + ones(x2 ^ r2[place]) + ones(x3 ^ r3[place])
                    hits += ONE if apart <= near else NOTHING
                if hits:
                    if state[WRITTEN] + np.int64(hits) > buffer.a.size:
                        state[BUCKET], state[MASK], state[ROW] = bucket, mask, np.int64(row - first_row)
                        return False
                    state[WRITTEN] += _report(left, row, right, first, high, near, earlier, counts, buffer, state)
                state[COMPARED] += np.int64(high - first)
                row += ONE
    state[BUCKET] = buckets
    return True


@compiled
def _report(  # noqa: PLR0917  # numba compiles no keyword-only parameters
    left: Buckets,
    row: np.uint64,
    right: Buckets,
    first: np.uint64,
    high: np.uint64,
    near: np.uint64,
    earlier: Earlier,
    counts: Counts,
    buffer: Buffer,
    state: NDArray[np.int64],
) -> int:
    """Count the pairs of one left hash with the right ones from ``first`` to ``high``; how many were written."""
    weights, fresh, reach = counts.weights, counts.fresh, counts.reach
    begin = written = np.uint64(state[WRITTEN])
    p = np.uint64(left.ids[row])
    p_all, p_new, p_reach = weights[p], fresh[p], reach[p]
    for place in range(first, high):
        y0, y1 = left.columns[0, row] ^ right.columns[0, place], left.columns[1, row] ^ right.columns[1, place]
        y2, y3 = left.columns[2, row] ^ right.columns[2, place], left.columns[3, row] ^ right.columns[3, place]
        apart = ones(y0) + ones(y1) + ones(y2) + ones(y3)
        if apart > near or _reported(y0, y1, y2, y3, earlier):
            continue
        q = np.uint64(right.ids[place])
        q_all, q_new = weights[q], fresh[q]
        counts.histogram[apart] += p_all * q_all - (p_all - p_new) * (q_all - q_new)
        counts.degree[p] += q_all
        counts.degree[q] += p_all if q_new > 0 else p_new
        far = apart << counts.shift
        if (far | q) <= p_reach or (far | p) <= reach[q]:
            buffer.a[written], buffer.b[written], buffer.distance[written] = p, q, apart
            written += ONE
    return int(written - begin)


@compiled
def _reported(y0: np.uint64, y1: np.uint64, y2: np.uint64, y3: np.uint64, earlier: Earlier) -> bool:
    """Whether an earlier band sees a pair that differs in these bits."""
    bits = earlier.bits
    for band in range(np.uint64(earlier.thresholds.size)):
        seen = ones(y0 & bits[band, 0]) + ones(y1 & bits[band, 1]) + ones(y2 & bits[band, 2]) + ones(y3 & bits[band, 3])
        if seen <= earlier.thresholds[band]:
            return True
    return False
