"""Slips: stretches of a batch in which every row is filed under the parcel of the row k further on.

Pure arrays, no tables. Put here how a shift is recognised. Keep out where the evidence comes from and what follows from
a shift (``batch_shifted.py``).

A *channel* is one kind of evidence about the parcel that each row truly belongs to (the permit's parcel of record, the
parcel in the file name, GPS). At offset 0 a row's channel *supports*, *contradicts* or does not know its filed parcel.
At offset k it says whether the filed parcel is that of the row k further on. In a shift by k contradicted rows *fit* at
k, one after another. A row that fits at k and at 0 (two photographs of one parcel side by side) says nothing and costs
nothing; one that fits at 0 only, or is contradicted and does not fit, speaks against the shift. The stretch with the
best balance is the maximum-sum segment (Kadane's, from running sums and their minima).

How far the data determines the rows: the first and last contradicted row that fits are certain. Rows beside them that
say nothing may belong to the shift or not; with them the stretch is the *possible* one. The true stretch holds the
certain one and lies within the possible one, unless the evidence of the rows at its edge is itself wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Says = NDArray[np.int8]  # of each row: 1 yes, -1 no, 0 nothing

# The largest offset that is looked for. Each further one costs as much, and gives chance another try.
MAX_OFFSET = 50
# Contradicted rows that fit, and different parcels among them. A clean batch has no contradicted row at all. One whose
# typist took a neighbour's parcel for one permit has several rows that fit at one offset, all of one parcel, and two
# permits exchanged give two parcels at two offsets. Three parcels in a row at one offset do not come about singly: of
# 6,000 batches of real permits, 50 to 400 rows, in which 2 to 20 % of the rows had a neighbour's or any other parcel of
# the batch, one (of those with 20 %) looked shifted.
MIN_ROWS = 4
MIN_PARCELS = 3
# Of the rows of the stretch that tell, so many must fit: single rows may carry wrong evidence of their own.
MIN_SHARE = 0.8


@dataclass(frozen=True)
class Channel:
    """One kind of evidence about the rows of a batch, in their order.

    ``now``: what it says of each row's filed parcel, int8 of n. ``at``: for m offsets k and r rows, what it says of
    each of these rows' filed parcel against the row k further on, int8 of (m, r), -1 beyond the batch's ends.
    """

    name: str
    now: Says
    at: Callable[[NDArray[np.int64], NDArray[np.int64]], Says]


@dataclass(frozen=True)
class Slip:
    """One shift: rows ``first`` to ``last`` (certain), in ``low`` to ``high`` (possible), are filed ``k`` further on.

    Rows are positions in the batch, from 0, both ends included. ``fitting`` contradicted rows fit, ``against`` speak
    against it. ``also``: other offsets that explain the same rows as well. ``ring``: the stretch within which the keys
    went round, both ends included, the shortest where several are as good; None when they were not rotated.
    ``wrapped``: its rows that took the parcels which fell out at the other end.
    """

    k: int
    first: int
    last: int
    low: int
    high: int
    fitting: int
    against: int
    channels: tuple[str, ...]
    also: tuple[int, ...] = ()
    ring: tuple[int, int] | None = None
    wrapped: tuple[int, int] | None = None


def by_code(name: str, filed: NDArray[np.int64], evidence: NDArray[np.int64], now: Says) -> Channel:
    """A channel whose evidence names a parcel. Codes are of parcels, int64 of n, negative where there is none."""

    def at(offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> Says:
        others, inside = _further(rows, offsets, len(now))
        said = np.where(evidence[others] == filed[rows], 1, -1)
        return _known(said, (evidence[others] >= 0) & (filed[rows] >= 0), inside)

    return Channel(name, now, at)


def _further(
    rows: NDArray[np.int64], offsets: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For every offset the rows that much further on, (m, r), and whether there are such rows; 0 where not."""
    others = rows[None, :] + offsets[:, None]
    inside = (others >= 0) & (others < size)
    return np.where(inside, others, 0), inside


def _known(said: NDArray[np.int_], known: NDArray[np.bool_], inside: NDArray[np.bool_]) -> Says:
    return np.where(inside, np.where(known, said, 0), -1).astype(np.int8)


def by_distance(
    name: str, now: Says, distance: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]],
    near: float, far: float,
) -> Channel:  # fmt: skip
    """A channel whose evidence is a place: up to ``near`` metres it fits, beyond ``far`` it does not.

    ``distance(rows, others)`` is from the filed parcel of each of ``rows`` to where the photograph of each of
    ``others`` was taken; NaN where unknown.
    """

    def at(offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> Says:
        others, inside = _further(rows, offsets, len(now))
        metres = distance(np.broadcast_to(rows, others.shape), others)
        said = np.select([metres <= near, metres > far], [1, -1], 0)
        return _known(said, np.ones_like(inside), inside)

    return Channel(name, now, at)


def find_slips(channels: Sequence[Channel], filed: NDArray[np.int64]) -> list[Slip]:
    """Every shift of one batch, by rows. ``filed``: codes of the filed parcels, int64 of n, negative where unknown.

    Each channel is asked by itself, for one may have slipped with the parcels (a permit number) and the other not (a
    file name); shifts by one offset that touch are one.
    """
    found = [slip for channel in channels for slip in _slips_of(channel, filed)]
    return _merge(found)


def _slips_of(channel: Channel, filed: NDArray[np.int64]) -> list[Slip]:
    now = channel.now.copy()
    contradicted = np.flatnonzero(now < 0)
    widest = min(MAX_OFFSET, len(now) - 1)
    offsets = np.array([sign * k for k in range(1, widest + 1) for sign in (1, -1)], np.int64)
    # Most batches have a few wrong rows and no shift: asked first of these rows alone, that costs next to nothing.
    if len(contradicted) >= MIN_ROWS:
        offsets = offsets[np.count_nonzero(channel.at(offsets, contradicted) > 0, axis=1) >= MIN_ROWS]
    if len(contradicted) < MIN_ROWS or not len(offsets):
        return []
    fits = channel.at(offsets, np.arange(len(now)))
    found: list[Slip] = []
    while True:
        slip = _best(channel, offsets, fits, now, filed)
        if slip is None:
            return found
        found.append(slip)
        begin, end = slip.ring or (slip.first, slip.last)
        now[begin : end + 1] = 0  # explained: the next best is looked for in the rest


def _best(channel: Channel, offsets: NDArray[np.int64], fits: Says, now: Says, filed: NDArray[np.int64]) -> Slip | None:
    """The stretch with the best balance over all offsets, nearest offset first; None when none is good enough."""
    best = np.array([_balance(_score(each, now)).max() for each in fits])
    for at in np.argsort(-best, kind="stable"):
        if best[at] < MIN_ROWS:
            return None
        score = _score(fits[at], now)
        first, last = _stretch(score)
        fitting = score[first : last + 1] > 0
        rows, against = int(fitting.sum()), int(np.count_nonzero(score[first : last + 1] < 0))
        if rows < MIN_ROWS or rows < MIN_SHARE * (rows + against):
            continue
        same = [int(_score(each, now)[first : last + 1].sum()) == rows - against for each in fits]
        also = tuple(int(k) for k, as_well in zip(offsets, same, strict=True) if as_well and k != offsets[at])
        low, high = _widen(score == 0, first, last)
        slip = Slip(int(offsets[at]), first, last, low, high, rows, against, (channel.name,), also)
        slip = _with_wrap(slip, channel, now)
        if len(np.unique(np.concatenate([filed[first : last + 1][fitting], _wrapped(slip, filed, now)]))) < MIN_PARCELS:
            continue
        return slip
    return None


def _wrapped(slip: Slip, filed: NDArray[np.int64], now: Says) -> NDArray[np.int64]:
    """The parcels of the contradicted rows that took what fell out at the other end."""
    if slip.wrapped is None:
        return filed[:0]
    rows = slice(slip.wrapped[0], slip.wrapped[1] + 1)
    return filed[rows][now[rows] < 0]


def _score(fits: Says, now: Says) -> NDArray[np.int32]:
    """Of each row at one offset: 1 contradicted and fits, -1 known and does not fit, 0 says nothing."""
    return np.where((fits > 0) & (now < 0), 1, np.where((fits < 0) & (now != 0), -1, 0)).astype(np.int32)


def _balance(score: NDArray[np.int32]) -> NDArray[np.int64]:
    """The best balance of all stretches that end at each row."""
    running = np.concatenate([[0], np.cumsum(score)])
    return np.asarray(running[1:] - np.minimum.accumulate(running)[:-1])


def _stretch(score: NDArray[np.int32]) -> tuple[int, int]:
    """First and last row of the stretch with the best balance; the shortest one, so both are rows that fit."""
    last = int(_balance(score).argmax())
    before = np.concatenate([[0], np.cumsum(score)])[: last + 1]
    return last - int(before[::-1].argmin()), last


def _widen(silent: NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """The stretch with the rows beside it that say nothing."""
    low, high = first, last
    while low > 0 and silent[low - 1]:
        low -= 1
    while high + 1 < len(silent) and silent[high + 1]:
        high += 1
    return low, high


def _with_wrap(slip: Slip, channel: Channel, now: Says) -> Slip:
    """The slip with the rows that took what fell out at its other end, if the keys were rotated within the stretch.

    After rows s to t-1 that are filed k > 0 further on, rows t to t+k-1 then have the parcels of rows s to s+k-1. Both
    s and t are known as far as the slip's edges are: those pairs are good under which most contradicted rows fit, and
    none speaks against it. For k < 0 the same from the other end. Edges that are open by more than MAX_OFFSET rows are
    tried up to there.
    """
    size, n, forward = abs(slip.k), len(now), slip.k > 0
    low, high = max(slip.low, slip.first - MAX_OFFSET), min(slip.high, slip.last + MAX_OFFSET)
    starts = range(low, slip.first + 1) if forward else range(slip.last, high + 1)
    ends = range(slip.last + 1, high + 2) if forward else range(low, slip.first + 1)
    found: list[tuple[int, int, int]] = []
    for start, end in product(starts, ends):
        # The tail, and the rows whose parcels it should have.
        tail, source = (end, start) if forward else (end - size, start - size + 1)
        if min(tail, source) < 0 or max(tail, source) + size > n or source == tail:
            continue
        rows = np.arange(tail, tail + size)
        said = channel.at(np.array([source - tail]), rows)[0]
        if not np.any((said < 0) & (now[rows] != 0)):
            found.append((int(np.count_nonzero((said > 0) & (now[rows] < 0))), tail, source))
    fitting = max((each[0] for each in found), default=0)
    if not fitting:
        return slip
    # The stretch under each pair that is as good: what all of them hold is certain, what one of them holds is possible.
    pairs = [(min(tail, source), max(tail, source) + size - 1, tail) for fits, tail, source in found if fits == fitting]
    begin, end, tail = min(pairs, key=lambda pair: (pair[1] - pair[0], pair))
    return replace(
        slip,
        first=max(pair[0] for pair in pairs),
        last=min(pair[1] for pair in pairs),
        # Beyond the pairs that were tried nothing is known of the open edge.
        low=min(pair[0] for pair in pairs) if low == slip.low else slip.low,
        high=max(pair[1] for pair in pairs) if high == slip.high else max(slip.high, end),
        fitting=slip.fitting + fitting,
        ring=(begin, end),
        wrapped=(tail, tail + size - 1),
    )


def _merge(slips: Sequence[Slip]) -> list[Slip]:
    """Slips by one offset that touch or overlap, whatever their channel, as one; in order of their rows."""
    merged: list[Slip] = []
    for slip in sorted(slips, key=lambda each: (each.k, each.first, each.last)):
        last = merged[-1] if merged else None
        if last is None or last.k != slip.k or slip.low > last.high + 1:
            merged.append(slip)
            continue
        merged[-1] = Slip(
            slip.k,
            min(last.first, slip.first),
            max(last.last, slip.last),
            min(last.low, slip.low),
            max(last.high, slip.high),
            # Two channels about one row are one row that fits.
            max(last.fitting, slip.fitting),
            max(last.against, slip.against),
            tuple(sorted({*last.channels, *slip.channels})),
            tuple(sorted({*last.also} & {*slip.also})),
            last.ring or slip.ring,
            last.wrapped or slip.wrapped,
        )
    return sorted(merged, key=lambda each: (each.first, each.k))


def realigned(
    slip: Slip, channels: Sequence[Channel], filed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Codes of the parcels that the rows of a slip belong to, and which rows the slip explains at all.

    Codes are int64 of n, negative where the slip tells none.

    Row i has its parcel back from row i-k of the stretch, which was filed under it. The first k rows have no such row:
    nobody in the batch holds their parcels any more. Rows that speak against the slip are not explained.
    """
    begin, end = slip.ring or (slip.first, slip.last)
    rows = np.arange(begin, end + 1)
    told = [channel.at(np.array([slip.k]), rows)[0] for channel in channels if channel.name in slip.channels]
    against = np.all([each <= 0 for each in told], axis=0) & np.any([each < 0 for each in told], axis=0)
    source = rows - slip.k
    if slip.wrapped is not None:
        # What fell out at one end went in at the other: within the stretch, keys moved in a circle.
        source = begin + (source - begin) % len(rows)
        against &= (rows < slip.wrapped[0]) | (rows > slip.wrapped[1])
    there = (source >= begin) & (source <= end) & ~against
    to = np.full(len(filed), -1, np.int64)
    to[rows[there]] = filed[source[there]]
    explained = np.zeros(len(filed), np.bool_)
    explained[rows] = ~against
    return to, explained
