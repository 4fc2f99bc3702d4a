"""256-bit hashes as arrays: reading them, ordering them, collapsing equal ones, counting the bits two differ in.

A hash is four uint64 words, the first bits in the highest place of the first word, so that the order of the words is
the order of the hexadecimal text. Keep out every search: this module compares only what it is told to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BITS = 256
WORDS = 4
HEX_DIGITS = 64


def from_hex(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Hashes of 64 hexadecimal digits as uint64[n, 4].

    Raises ValueError naming the first text that is no 256-bit hash.
    """
    for text in texts:
        if len(text) != HEX_DIGITS:
            raise ValueError(f"a 256-bit hash has {HEX_DIGITS} hexadecimal digits, not {len(text)}: {text!r}")
    try:
        raw = bytes.fromhex("".join(texts))
    except ValueError as error:
        raise ValueError(f"a 256-bit hash holds something else than hexadecimal digits: {error}") from error
    return np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(-1, WORDS)


def distances(
    left: tuple[NDArray[np.uint64], ...], right: tuple[NDArray[np.uint64], ...], rows: slice
) -> NDArray[np.uint16]:
    """Bits that differ between ``rows`` of the left words and every right one: uint16[rows, right].

    Both sides are four arrays, one a word. The sum needs 16 bits: all 256 bits may differ, and a uint8 sum would make
    that a distance of 0.
    """
    counted = np.zeros((rows.stop - rows.start, right[0].size), dtype=np.uint16)
    for one, other in zip(left, right, strict=True):
        counted += np.bitwise_count(one[rows, None] ^ other[None, :])
    return counted


def by_word(words: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], ...]:
    """uint64[n, 4] as four contiguous arrays."""
    return tuple(np.ascontiguousarray(words[:, word]) for word in range(WORDS))


@dataclass(frozen=True)
class Classes:
    """Items with equal hashes, put together.

    Attributes:
        words: uint64[c, 4], the distinct hashes in ascending order; twice where there are two kinds.
        starts: int64[c + 1]; the items of class ``x`` are ``starts[x]`` to ``starts[x + 1]`` in the order of ``order``.
        order: int64[n], item numbers by hash, equal hashes in the order they came.
    """

    words: NDArray[np.uint64]
    starts: NDArray[np.int64]
    order: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.int64]:
        """How many items each class has."""
        return np.diff(self.starts)


def collapse(words: NDArray[np.uint64], kind: NDArray[np.bool_] | None = None) -> Classes:
    """Classes of equal hashes among uint64[n, 4]; with ``kind`` (bool[n]), of equal hashes of one kind."""
    # Few hashes share their first word and are not equal, so one sort does for nearly all; only what ties is sorted by
    # all words.
    order = np.argsort(words[:, 0], kind="stable").astype(np.int64)
    same = np.diff(words[order, 0]) == 0
    tied = np.append(same, False) | np.append(False, same)
    members = order[tied[: order.size]]
    keys = words[members].T[::-1]
    order[tied[: order.size]] = members[np.lexsort(tuple(keys) if kind is None else (kind[members], *keys))]
    return Classes(*_runs(words[order], None if kind is None else kind[order]), order)


def collapse_ordered(words: NDArray[np.uint64]) -> Classes:
    """As ``collapse``, for hashes that are in ascending order already."""
    return Classes(*_runs(words), np.arange(len(words), dtype=np.int64))


def _runs(
    ordered: NDArray[np.uint64], kind: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    if kind is not None:
        new[1:] |= kind[1:] != kind[:-1]
    firsts = np.flatnonzero(new)
    starts = np.append(firsts, len(ordered)).astype(np.int64)
    return np.ascontiguousarray(ordered[firsts]), starts
