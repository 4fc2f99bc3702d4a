"""How far one picture would have to be bent to fit the other better: nothing in a copy, some in another photograph.

A copy is cropped, scaled, turned; then it fits everywhere at once. Two photographs of one face, or of one house from
nearly one place, fit where the map was found and are off by a pixel elsewhere: heads turn, near things move against far
ones. Brightness or compression do not do that, however much they leave over.

Put here the measure. Paper is a different matter, and bent back before it is compared (``paper``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient

if TYPE_CHECKING:
    from dedup_assets.matching.verify.alike import Pair
    from dedup_assets.matching.verify.geometry import Real

_WINDOW = 0.05  # of the longer side: a place goes with what lies within
_CELLS = 5  # a window
_SPREAD = 40.0  # grey levels to which contrast is brought, so that the numbers below mean the same in every picture
_STIFF, _HOLD, _LOUDEST = 0.3, 1.0, 30.0
_FEWEST = 4


def bend(pair: Pair, spread: float) -> tuple[float, float]:
    """Median and 95th percentile, over places that show something, of the shift in pixels that would fit them better.

    One step of Lucas-Kanade in a window of 5 % of the picture. ``spread``: standard deviation of the picture.
    """
    height, width = pair.mask.shape
    reach = max(height, width) * _WINDOW
    step = max(1, round(reach / _CELLS))
    cells = (max(2, width // step), max(2, height // step))

    def wide(values: Real) -> Real:
        return blur(cv2.resize(values, cells, interpolation=cv2.INTER_AREA), reach / step)

    weight = pair.mask.astype(np.float32)
    gain = np.float32(_SPREAD / spread)
    across, down = gradient(blur((pair.first + pair.second) * (gain / 2), 1.0))
    wrong = blur((pair.second - pair.first) * gain, 1.0)
    wrong = wrong - cv2.resize(wide(wrong), (width, height))  # light that differs from place to place bends nothing
    wrong = np.clip(wrong, -_LOUDEST, _LOUDEST) * weight
    xx, xy, yy = wide(across * across * weight), wide(across * down * weight), wide(down * down * weight)
    x, y = wide(across * wrong), wide(down * wrong)
    determinant = (xx + _STIFF) * (yy + _STIFF) - xy * xy
    shifts = np.hypot((yy + _STIFF) * x - xy * y, (xx + _STIFF) * y - xy * x) / determinant
    telling = shifts[xx + yy > _HOLD]
    if telling.size < _FEWEST:
        return 0.0, 0.0
    middle, most = np.percentile(telling, (50, 95))
    return float(middle), float(most)
