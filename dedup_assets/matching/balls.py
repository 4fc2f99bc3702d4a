"""Finding the nearly equal hashes that would make a banded search slow, so that they can be searched apart.

A ball is a set of hashes within half the search radius of one centre. Whatever this module finds or misses changes the
time a search takes, never its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.hashes import WORDS, by_word, distances
from dedup_assets.matching.plan import WORD_BITS, values

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A bucket of a 16-bit band is looked into when it holds this many times the mean, and at least so many hashes:
# fewer cost less to compare than to look for. A ball of that size is worth a job of its own.
BAND_BITS = 16
TIMES_MEAN = 16
FEWEST = 512
# Centres tried in all. One costs a pass over the hashes, 25 ms at 1,000,000.
MOST_TRIES = 64
# Members of a bucket that are compared to find a centre among them.
SAMPLE = 256


def find_balls(words: NDArray[np.uint64], radius: int) -> NDArray[np.int64]:
    """The ball that each hash of uint64[n, 4] belongs to, from 1; 0 for none. int64[n]."""
    ball = np.zeros(len(words), dtype=np.int64)
    least = max(FEWEST, TIMES_MEAN * len(words) >> BAND_BITS)
    if len(words) < least:
        return ball
    columns = by_word(words)
    tries = found = 0
    for word in range(WORDS):
        value = values(words, word * WORD_BITS, BAND_BITS)
        crowd = np.bincount(value[ball == 0], minlength=1 << BAND_BITS)
        while tries < MOST_TRIES and crowd.max() >= least:
            tries += 1
            bucket = int(crowd.argmax())
            members = np.flatnonzero((value == bucket) & (ball == 0))
            centre = _centre(words[members[:: -(-members.size // SAMPLE)]], radius)
            inside = np.flatnonzero((_to_centre(columns, centre) <= radius // 2) & (ball == 0))
            crowd[bucket] = 0
            if inside.size >= FEWEST:
                found += 1
                ball[inside] = found
                crowd = np.bincount(value[ball == 0], minlength=1 << BAND_BITS)
    return ball


def _centre(sample: NDArray[np.uint64], radius: int) -> NDArray[np.uint64]:
    """The hash that agrees, bit by bit, with most of those near the sample's best connected one."""
    side = by_word(sample)
    near = distances(side, side, slice(0, len(sample))) <= radius
    close = sample[near[near.sum(axis=1).argmax()]]
    bits = np.unpackbits(close.astype(">u8").view(np.uint8), axis=1)
    majority = np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(close))
    return majority.view(">u8").astype(np.uint64)


def _to_centre(columns: tuple[NDArray[np.uint64], ...], centre: NDArray[np.uint64]) -> NDArray[np.uint16]:
    return distances(by_word(centre[None]), columns, slice(0, 1)).ravel()
