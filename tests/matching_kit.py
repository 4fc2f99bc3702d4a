"""Hashes to search, and the plainest possible search, for the tests and the benchmark of the matching room."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def as_words(numbers: list[int]) -> Words:
    """Python integers of 256 bits as uint64[n, 4], first bits first."""
    return np.frombuffer(b"".join(n.to_bytes(32, "big") for n in numbers), dtype=">u8").astype(np.uint64).reshape(-1, 4)


def as_ints(words: Words) -> list[int]:
    return [int.from_bytes(row.astype(">u8").tobytes(), "big") for row in words]


def flipped(base: Words, flips: NDArray[np.int64], rng: np.random.Generator) -> Words:
    """Each hash with that many of its bits turned over."""
    turned = np.empty_like(base)
    for low in range(0, len(base), 4096):  # in blocks, so that making hashes takes less memory than searching them
        part = slice(low, low + 4096)
        rank = rng.random((len(base[part]), 256)).argsort(axis=1).argsort(axis=1)
        turned[part] = base[part] ^ np.packbits(rank < flips[part, None], axis=1).view(">u8").astype(np.uint64)
    return turned


def random_words(count: int, seed: int, near: float = 0.05, alike: float = 0.0) -> Words:
    """Random hashes; a share ``near`` 0 to 70 bits from another one, a share ``alike`` 0 to 12 bits from the first."""
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**64, size=(count, 4), dtype=np.uint64)
    planted = int(count * near)
    words[:planted] = flipped(words[planted : 2 * planted], rng.integers(0, 71, planted), rng)
    crowd = int(count * alike)
    if crowd:
        words[-crowd:] = flipped(np.repeat(words[:1], crowd, axis=0), rng.integers(0, 13, crowd), rng)
    return words


def plain_pairs(words: Words, radius: int) -> list[tuple[int, int, int]]:
    """Every pair within the radius: (a, b, distance)."""
    numbers = list(enumerate(as_ints(words)))
    found = [(i, j, (x ^ y).bit_count()) for (i, x), (j, y) in combinations(numbers, 2)]
    return [pair for pair in found if pair[2] <= radius]


def plain_kept(pairs: list[tuple[int, int, int]], limit: int) -> set[tuple[int, int, int]]:
    """The pairs that one of their two items has among its ``limit`` nearest, by (distance, other item)."""
    nearest: dict[int, list[tuple[int, int, int, int]]] = {}
    for a, b, distance in pairs:
        nearest.setdefault(a, []).append((distance, b, a, b))
        nearest.setdefault(b, []).append((distance, a, a, b))
    return {(a, b, d) for each in nearest.values() for d, _, a, b in sorted(each)[:limit]}
