"""What a scanner does to paper: a feed that is not quite even stretches a page here and there by a pixel.

Put here the smooth shift that undoes it. It is for plain pictures only: a photograph that has to be bent to fit is
another photograph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient

if TYPE_CHECKING:
    from dedup_assets.matching.verify.geometry import Mask, Real

# The shift is found at half size. There, in pixels: a place goes with all that lies within some 20, on a grid of 4.
_SMOOTH, _STEP = 20, 4
_ROUNDS, _FARTHEST, _LOUDEST = 3, 1.5, 40.0
_STEEP, _STIFF = 2.0, 0.02  # slopes below are noise; what little holds a place where there is nothing


@dataclass(frozen=True)
class Shift:
    """How far, in pixels, each pixel of a picture is taken from: ``across`` and ``down``, at half its size."""

    across: Real
    down: Real

    @property
    def most(self) -> float:
        """95th percentile of the shift, in pixels of the picture."""
        lengths = np.hypot(self.across[::_STEP, ::_STEP], self.down[::_STEP, ::_STEP])
        return 2 * float(np.percentile(lengths, 95))

    def apply(self, picture: Real) -> Real:
        """``picture``, shifted; edges go on outside."""
        height, width = picture.shape
        x = 2 * cv2.resize(self.across, (width, height)) + np.arange(width, dtype=np.float32)
        y = 2 * cv2.resize(self.down, (width, height)) + np.arange(height, dtype=np.float32)[:, None]
        return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def find_shift(first: Real, second: Real, mask: Mask) -> Shift:
    """The shift, different from place to place, under which ``first`` fits ``second``.

    Lucas-Kanade over a wide window: one character more or less does not move it, so that it cannot bend an 8 into a 3.
    At most 3 pixels of the picture.
    """
    height, width = max(2, first.shape[0] // 2), max(2, first.shape[1] // 2)
    here, there, inside = (
        np.asarray(cv2.resize(each, (width, height), interpolation=cv2.INTER_AREA), np.float32)
        for each in (first, second, mask)
    )
    cells = (max(2, width // _STEP), max(2, height // _STEP))

    def wide(values: Real) -> Real:
        return blur(cv2.resize(values, cells, interpolation=cv2.INTER_AREA), _SMOOTH / _STEP)

    across, down = gradient(blur(there, 1.0))
    weight = (across * across + down * down > _STEEP**2).astype(np.float32) * inside
    across, down = across * weight, down * weight
    xx, xy, yy = wide(across * across) + _STIFF, wide(across * down), wide(down * down) + _STIFF
    determinant = xx * yy - xy * xy
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    shift_x, shift_y = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    shifted = here
    for turn in range(_ROUNDS):
        if turn:
            where = (columns + shift_x, rows + shift_y)
            shifted = np.asarray(cv2.remap(here, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
        wrong = np.clip(blur(there - shifted, 1.0), -_LOUDEST, _LOUDEST)
        x, y = wide(across * wrong), wide(down * wrong)
        more_x, more_y = (yy * x - xy * y) / determinant, (xx * y - xy * x) / determinant
        shift_x = np.clip(shift_x + cv2.resize(more_x, (width, height)), -_FARTHEST, _FARTHEST)
        shift_y = np.clip(shift_y + cv2.resize(more_y, (width, height)), -_FARTHEST, _FARTHEST)
    return Shift(shift_x, shift_y)
