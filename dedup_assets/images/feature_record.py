"""What the bytes of a picture's local features are: one record of ``FEATURE`` after the other.

The strongest of each part of the picture come first, so that a search that must do with fewer takes the first ones of
all pictures alike. Keep out how features are found (``features``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# code: the 256 bits, first bit highest; x, y: place in steps of STEP pixels of the canonical picture; level: of the
# pyramid, each LEVEL_FACTOR larger than the one before; angle: 256ths of a turn.
FEATURE = np.dtype([("code", "u1", 32), ("x", "u1"), ("y", "u1"), ("level", "u1"), ("angle", "u1")])
# Per picture, 4.6 kB. With 96, one more crop in ten by 15 % a side is lost, for half the comparisons.
MOST_FEATURES = 128
LEVEL_FACTOR = 1.25
# Longest side of a canonical picture in pixels, and pixels to a step, so that places are bytes.
LONGEST, STEP = 510, 2


def read_features(data: bytes) -> NDArray[np.void]:
    """The records of ``features.local_features``: FEATURE[n].

    Raises ValueError when the bytes are not whole records.
    """
    return np.frombuffer(data, FEATURE)
