"""What a scanner does to paper: a feed that is not quite even stretches a page here and there by a pixel.

Put here the smooth shift that undoes it. It is for plain pictures only: a photograph that has to be bent to fit is
another photograph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient

if TYPE_CHECKING:
    from dedup_assets.matching.verify.geometry import Mask, Real

_SMOOTH, _STEP = 40, 8  # pixels: the shift of a place is that of all that lies within some 40 pixels
_ROUNDS, _FARTHEST, _LOUDEST, _STIFF = 2, 3.0, 40.0, 1.0


def straightened(first: Real, second: Real, mask: Mask) -> tuple[Real, float]:
    """``first`` shifted, differently from place to place, to fit ``second``, and the 95th percentile of the shift.

    Lucas-Kanade over a wide window: one character more or less does not move it, so that it cannot bend an 8 into a 3.
    Shifts are at most 3 pixels.
    """
    height, width = first.shape
    cells = (max(2, width // _STEP), max(2, height // _STEP))

    def wide(values: Real) -> Real:
        return blur(cv2.resize(values, cells, interpolation=cv2.INTER_AREA), _SMOOTH / _STEP)

    across, down = gradient(blur(second, 1.0))
    weight = mask.astype(np.float32)
    xx, xy, yy = wide(across * across * weight), wide(across * down * weight), wide(down * down * weight)
    determinant = (xx + _STIFF) * (yy + _STIFF) - xy * xy
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    shift_x = np.zeros_like(first)
    shift_y = np.zeros_like(first)
    shifted = first
    for _ in range(_ROUNDS):
        wrong = np.clip(blur(second - shifted, 1.0), -_LOUDEST, _LOUDEST) * weight
        x, y = wide(across * wrong), wide(down * wrong)
        more_x = ((yy + _STIFF) * x - xy * y) / determinant
        more_y = ((xx + _STIFF) * y - xy * x) / determinant
        shift_x = np.clip(shift_x + cv2.resize(more_x, (width, height)), -_FARTHEST, _FARTHEST)
        shift_y = np.clip(shift_y + cv2.resize(more_y, (width, height)), -_FARTHEST, _FARTHEST)
        shifted = np.asarray(
            cv2.remap(first, columns + shift_x, rows + shift_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        )
    some = (slice(None, None, _STEP), slice(None, None, _STEP))
    shifts = np.hypot(shift_x[some], shift_y[some])[mask[some] > 0]
    return shifted, float(np.percentile(shifts, 95)) if shifts.size else 0.0
