"""The hashes of a picture's seven other forms (turned by quarters, mirrored), from the bits of its hash alone.

A 256-bit pHash is the 16 x 16 lowest coefficients of a discrete cosine transform, a bit where one is above their median
(``images/hashes``). A mirror turns the sign of the odd columns, a transposition transposes the matrix, and the eight
forms are made of these two. The median of the coefficients is so near 0 that a changed sign is a changed bit; what that
leaves wrong, beside the first coefficient (never odd, so never changed) and what the resizing does to pictures that are
not square: measured on 176 real photographs, the bits computed for a form differ from the hash of the really turned
picture in 6 bits (median; 90 %: 12, 99 %: 23), from its copy at 60 % size and JPEG quality 50 in as many.

Keep out the search (``turned_search``). Forms are numbered as in ``verify/picture.turned``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.hashes import BITS, WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMS = 8
SIDE = 16
_MIRRORED = 4
# Hashes turned at a time, so that their 256 bytes each stay a small part of the memory.
_BLOCK = 1 << 16


def turned(words: NDArray[np.uint64], form: int) -> NDArray[np.uint64]:
    """The hashes uint64[n, 4] of the same pictures in another form.

    ``form``: 0 to 7; mirrored left to right first where it is 4 or more, then turned by ``form % 4`` quarters
    anticlockwise. Distances are kept: two hashes are as far from each other in every form.

    Raises ValueError when there is no such form.
    """
    places, flips = _change(form)
    out = np.empty_like(words)
    for low in range(0, len(words), _BLOCK):
        part = slice(low, low + _BLOCK)
        bits = np.unpackbits(words[part].astype(">u8").view(np.uint8).reshape(-1, BITS // 8), axis=1)
        packed = np.packbits(bits[:, places] ^ flips, axis=1)
        out[part] = np.ascontiguousarray(packed).view(">u8").reshape(-1, WORDS)
    return out


def inverse(form: int) -> int:
    """The form that leads back from a form to the picture itself."""
    return -form % 4 if form < _MIRRORED else form


def after(first: int, second: int) -> int:
    """The form that a picture has when its form ``first`` is brought into the form ``second``."""
    # Turning and then mirroring is mirroring and then turning the other way.
    quarters = (second - first if second >= _MIRRORED else second + first) % 4
    return quarters + (_MIRRORED if (first >= _MIRRORED) != (second >= _MIRRORED) else 0)


@cache
def _change(form: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Which bit comes to each place, and which places are turned over."""
    if not 0 <= form < FORMS:
        raise ValueError(f"the forms of a picture are 0 to {FORMS - 1}, not {form}")
    places = np.arange(BITS).reshape(SIDE, SIDE)
    flips = np.zeros((SIDE, SIDE), np.uint8)
    if form >= _MIRRORED:
        flips[:, 1::2] ^= 1
    for _ in range(form % 4):
        # A quarter turn anticlockwise: transposed, then mirrored top to bottom.
        places, flips = places.T, flips.T.copy()
        flips[1::2] ^= 1
    return places.ravel(), flips.ravel()
