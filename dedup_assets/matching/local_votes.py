"""Weak geometry: how many of the features that two pictures share could come from one picture laid on the other.

Two shared features agree when moving, turning and scaling takes both of one picture to both of the other: the line
between them is turned as they are themselves, and as much longer as they are larger. Chance agrees rarely: of 720,000
pairs of 1,200 parts of 300 real photographs, 55 had three that agree without being of one photograph.

Keep out how shared features are found (``local``), and what a candidate is in the end (verification).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.images.feature_record import LEVEL_FACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Two angles agree within this, in 256ths of a turn (11 degrees): ORB's own angles wander when a copy is saved anew.
# Wider (17 degrees, a factor of 1.3) no more copies are found, narrower (8 degrees) one crop in a hundred is lost.
ANGLE = 8
# Two scales agree within this factor: a level more or less is one of LEVEL_FACTOR.
SCALE = 1.25
# Features nearer than this, in steps of the canonical picture, may be one corner found twice.
APART = 5.0
# Shared features of a pair of pictures that are looked at, the nearest codes first. More change no verdict.
MOST_SHARED = 48
# Pairs of shared features that are looked at together: some 100 MB.
_CHUNK = 1 << 20
_TURN = 256


def count_votes(first: NDArray[np.void], second: NDArray[np.void], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Votes of each pair of pictures, int64[groups]: the most shared features that agree with one of them, itself too.

    ``first`` and ``second``: FEATURE[h] (``images/feature_record``), the shared features as the one and the other
    picture have them; ``starts``: int64[groups + 1], pair ``g`` has those from ``starts[g]`` to ``starts[g + 1]``, at
    least one and at most MOST_SHARED.
    """
    votes = np.ones(len(starts) - 1, dtype=np.int64)
    places = [_numbers(side) for side in (first, second)]
    for low, high in _chunks(np.diff(starts)):
        one, other = _couples(starts[low : high + 1])
        agreed = _agree(places[0], places[1], one, other)
        support = 1 + np.bincount(one[agreed] - starts[low], minlength=int(starts[high] - starts[low]))
        votes[low:high] = np.maximum.reduceat(support, starts[low:high] - starts[low])
    return votes


def _numbers(side: NDArray[np.void]) -> tuple[NDArray[np.float32], ...]:
    """x, y, the logarithm of the size, the angle."""
    size = side["level"].astype(np.float32) * np.float32(np.log(LEVEL_FACTOR))
    return side["x"].astype(np.float32), side["y"].astype(np.float32), size, side["angle"].astype(np.float32)


def _chunks(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of groups with about _CHUNK couples each."""
    bounds = np.cumsum(sizes**2) // _CHUNK
    edges = [0, *(np.flatnonzero(np.diff(bounds)) + 1).tolist(), len(sizes)]
    yield from ((low, high) for low, high in pairwise(edges) if low < high)


def _couples(starts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every shared feature with every one of its group."""
    sizes = np.diff(starts)
    squares = sizes**2
    width = np.repeat(sizes, squares)
    place = np.arange(width.size) - np.repeat(np.cumsum(squares) - squares, squares)
    base = np.repeat(starts[:-1], squares)
    return base + place // width, base + place % width


def _agree(
    first: tuple[NDArray[np.float32], ...],
    second: tuple[NDArray[np.float32], ...],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which couples of shared features agree."""
    lengths, directions = zip(*(_line(side, one, other) for side in (first, second)), strict=True)
    scale = np.log(np.maximum(lengths[1], APART) / np.maximum(lengths[0], APART))
    turn = directions[1] - directions[0]
    agreed: NDArray[np.bool_] = (lengths[0] > APART) & (lengths[1] > APART)
    for end in (one, other):
        agreed &= np.abs(scale - (second[2][end] - first[2][end])) <= np.log(SCALE)
        wrong = np.abs(turn - (second[3][end] - first[3][end])) % _TURN
        agreed &= np.minimum(wrong, _TURN - wrong) <= ANGLE
    return agreed


def _line(
    side: tuple[NDArray[np.float32], ...], one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Length of the line from one feature to the other, and its direction in 256ths of a turn."""
    x, y = side[0][other] - side[0][one], side[1][other] - side[1][one]
    return np.hypot(x, y), np.arctan2(y, x) * np.float32(_TURN / (2 * np.pi))
