"""What a reviewer is shown beside two pictures: the second laid on the first, and where they differ.

Put here drawing of one difference. Keep out pages and files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.alike import FLOOR
from dedup_assets.matching.verify.look import look, ordered
from dedup_assets.matching.verify.picture import turned
from dedup_assets.matching.verify.thresholds import SHIPPED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.picture import Picture

_PALE = 0.45  # of the picture's contrast: it is the ground on which differences are marked
_LOUD = 0.5  # of the contrast: a difference from there on is drawn in full colour
_MARK = (210, 30, 40)
_OUTSIDE = (196, 208, 226)  # what only one of the two shows


def difference_picture(a: Picture, b: Picture, form: int = 0) -> NDArray[np.uint8] | None:
    """RGB uint8 (h, w, 3): the smaller of the two, pale, red where the other differs, bluish where the other ends.

    Brightness, sharpness and the like are made alike before. ``form``: the turn of ``b``, as in ``judge.verify``. None
    when the two cannot be laid on one another. The order of the two does not matter when ``form`` is 0.
    """
    pair = look(*ordered(a, turned(b, form)), SHIPPED).pair
    if pair is None:
        return None
    low, high = np.percentile(pair.second, (1, 99))
    strength = np.clip(cv2.GaussianBlur(pair.difference, (0, 0), 1.0) / ((high - low + FLOOR) * _LOUD), 0, 1)[..., None]
    ground = 255 - _PALE * (255 - np.clip(pair.first, 0, 255))[..., None]
    shown = ground * (1 - strength) + np.array(_MARK, np.float32) * strength
    outside = 0.5 * ground + 0.5 * np.array(_OUTSIDE, np.float32)
    return np.asarray(np.round(np.where(pair.mask[..., None] > 0, shown, outside)), np.uint8)
