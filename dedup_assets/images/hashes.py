"""pHash in 64 and 256 bits, bit for bit as imagehash defines it.

Definition (imagehash 4.3.2, ``phash``; after Krawetz, "Looks Like It", 2011): resize the grey picture to 4n x 4n with
Lanczos, take the lowest n x n of its DCT-II, and set a bit where a coefficient is greater than their median. Only where
coefficients are equal by symmetry (drawn stripes and squares) does imagehash give what rounding errors decide; here
equal is not greater.
Put here hashes. Keep out whether one is worth anything (``quality.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTOR = 4
_SMALL, _LARGE = 8, 16


@dataclass(frozen=True)
class Hashes:
    """Hashes of one picture and what they were made of.

    ``phash64``: 8 bytes, ``phash256``: 32 bytes, first bit (lowest frequency) highest. ``thumbnail``: uint8 (64, 64).
    ``margins``: float64 (256,), how far each coefficient of phash256 is from the median.
    """

    phash64: bytes
    phash256: bytes
    thumbnail: NDArray[np.uint8]
    margins: NDArray[np.float64]


def hashes(grey: Image.Image) -> Hashes:
    """The hashes of ``grey`` (mode L, any size)."""
    small, _, _ = _phash(grey, _SMALL)
    large, thumbnail, margins = _phash(grey, _LARGE)
    return Hashes(small, large, thumbnail, margins)


def _phash(grey: Image.Image, bits: int) -> tuple[bytes, NDArray[np.uint8], NDArray[np.float64]]:
    side = bits * _FACTOR
    thumbnail = np.asarray(grey.resize((side, side), Image.Resampling.LANCZOS))
    fold, cosines = _transform(side, bits)
    # Coefficients that a symmetry makes equal differ by 1e-9 of rounding, and then a bit depends on the processor
    low = np.round(cosines @ (fold @ thumbnail.astype(np.float64) @ fold.T) @ cosines.T, 6)
    margins = (low - np.median(low)).ravel()
    return np.packbits(margins > 0).tobytes(), thumbnail, np.abs(margins)


@cache
def _transform(side: int, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest ``count`` rows of the DCT-II of length ``side`` (scipy's scaling), as two matrices to apply in turn.

    The first folds the pixels into sums and differences about the middle, again and again, in whole numbers: what is
    zero by symmetry is then exactly zero, as in a fast transform. A plain matrix of cosines would leave rounding
    noise there, and flat pictures would get random bits.
    """
    rows: list[NDArray[np.float64]] = []
    blocks: dict[int, tuple[int, int]] = {}  # first row and length of the differences at each level
    step, current = 1, np.eye(side)
    while len(current) > 1:
        half = len(current) // 2
        mirrored = current[::-1][:half]
        blocks[step] = (sum(map(len, rows)), half)
        rows.append(current[:half] - mirrored)
        current = current[:half] + mirrored
        step *= 2
    rows.append(current)
    fold = np.concatenate(rows)
    cosines = np.zeros((count, len(fold)))
    cosines[0, -1] = 2.0
    for k in range(1, count):
        step = k & -k  # the largest power of two in k tells at which folding its differences appear
        first, length = blocks[step]
        places = np.arange(length)
        cosines[k, first : first + length] = 2 * np.cos(np.pi * (k // step) * (2 * places + 1) * step / (2 * side))
    return fold, cosines
