"""Two documents on one fine grid: is there a stroke that only one of them has?

A copy of a document differs from it by a little everywhere: blur, grain, a fraction of a pixel. Another document on
the same template differs in a stroke here and there. So a pixel counts as different only as far as it lies outside of
all that the other page shows within half a pixel of it; edges, blur and grain then vanish, and the bar that makes an 8
of a 0 does not.

Put here the look at documents. Keep out scenes (``residual``), and what the numbers mean (``judge``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify import tone
from dedup_assets.matching.verify.alike import FLOOR, Pair
from dedup_assets.matching.verify.geometry import blur, inverse, overlap, to_scale
from dedup_assets.matching.verify.paper import find_shift
from dedup_assets.matching.verify.residual import box_around, outside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey, Mask, Real
    from dedup_assets.matching.verify.residual import Box, Laid

_NEAR = np.ones((3, 3), np.uint8)
_RIM = np.ones((9, 9), np.uint8)  # what straightening draws in from beyond the rim says nothing
_STROKE_BLUR = 1.2
_EDGE = 0.03  # of the longer side
_CELL = 32  # pixels: about three signs
_STRIDE = 2
_LEVEL = 3.0  # grey levels that nobody sees
_BLACK, _WHITE = 20, 215  # grey levels


@dataclass(frozen=True)
class Strokes:
    """What is left over of two documents, looked at closely.

    Attributes:
        extra: deepest stroke that only one of them has, in units of the contrast of the darker page.
        rim: the same within 3 % of the edge, where a sheet's own edge and the scanner's bed show too.
        usual: what 99 % of the cells of 32 pixels with anything in them stay below.
        shift: pixels by which the paper was stretched against the other.
        outside_first, outside_second: shares of their slopes that lie outside the overlap.
        longest: pixels of the longer side of the grid.
        where: box around the deepest stroke in shares of the first picture: left, top, right, bottom.
    """

    extra: float
    rim: float
    usual: float
    shift: float
    outside_first: float
    outside_second: float
    longest: int
    where: Box


def compare_strokes(laid: Laid) -> tuple[Strokes, Pair] | None:
    """What only one of two finer pictures shows; None when too little of the two lies on one another."""
    views = laid.views
    mask = np.asarray(cv2.erode(views.mask, _RIM, borderValue=0), np.uint8)
    if not mask.any():
        return None
    lit = tone.by_lamp(views.second, views.first, mask)
    # Brightness and sharpness hang together: blur spreads ink, so that histograms agree only once both are as sharp
    sharp = tone.by_sharpness(_stretched(views.first, mask), _stretched(lit, mask), mask)
    here, there = tone.by_histogram(_bytes(sharp[0]), _bytes(sharp[1]), mask)
    shift = find_shift(here.astype(np.float32), there.astype(np.float32), mask)
    here = _bytes(shift.apply(here.astype(np.float32)))
    left = blur(_only_in_one(here, there, mask), _STROKE_BLUR)
    inner, at_rim = _apart(left)
    row, column = np.unravel_index(int((inner if inner.any() else left).argmax()), left.shape)
    contrast = max(_contrast(here, mask), _contrast(there, mask))
    scaled, onto = to_scale(laid.second, laid.map)
    found = Strokes(
        extra=float(inner.max()) / contrast,
        rim=at_rim / contrast,
        usual=(_usual(inner) + _LEVEL) / contrast,
        shift=shift.most,
        outside_first=outside(views.first, views.mask),
        outside_second=outside(scaled, overlap(inverse(onto), scaled.shape, views.first.shape)),
        longest=max(views.first.shape),
        where=box_around(left, int(row), int(column)),
    )
    return found, Pair(here.astype(np.float32), there.astype(np.float32), mask)


def _apart(left: Real) -> tuple[Real, float]:
    """``left`` without the rim, and the largest of the rim."""
    height, width = left.shape
    wide = round(_EDGE * max(height, width))
    inner = np.zeros_like(left)
    inside = (slice(wide, height - wide), slice(wide, width - wide))
    inner[inside] = left[inside]
    return inner, float((left - inner).max())


def _stretched(picture: Grey, mask: Mask) -> Real:
    """``picture`` with its darkest and lightest percent brought to black and white."""
    some = picture[::_STRIDE, ::_STRIDE][mask[::_STRIDE, ::_STRIDE] > 0]
    low, high = np.percentile(some, (1, 99)) if some.size else (0.0, 255.0)
    return np.asarray((picture - np.float32(low)) * np.float32(_WHITE / max(high - low, FLOOR)) + _BLACK, np.float32)


def _bytes(picture: Real) -> Grey:
    return np.asarray(np.clip(np.round(picture), 0, 255), np.uint8)


def _only_in_one(first: Grey, second: Grey, mask: Mask) -> NDArray[np.uint8]:
    """How far each pixel of either lies outside of what the other shows within half a pixel of it, grey levels."""
    one, other = _beyond(first, second), _beyond(second, first)
    return np.asarray(cv2.multiply(cv2.max(one, other), mask), np.uint8)


def _beyond(picture: Grey, other: Grey) -> Grey:
    darkest, lightest = (
        cv2.addWeighted(each, 0.5, other, 0.5, 0) for each in (cv2.erode(other, _NEAR), cv2.dilate(other, _NEAR))
    )
    return np.asarray(cv2.max(cv2.subtract(picture, lightest), cv2.subtract(darkest, picture)), np.uint8)


def _contrast(picture: Grey, mask: Mask) -> float:
    """Grey levels between the darkest and the lightest percent."""
    some = picture[::_STRIDE, ::_STRIDE][mask[::_STRIDE, ::_STRIDE] > 0]
    low, high = np.percentile(some, (1, 99)) if some.size else (0.0, 0.0)
    return float(high - low) + FLOOR


def _usual(left: Real) -> float:
    """Largest of each cell; of those that have any, what 99 % stay below."""
    rows, columns = max(1, left.shape[0] // _CELL), max(1, left.shape[1] // _CELL)
    cut = left[: rows * _CELL, : columns * _CELL]
    largest = cv2.dilate(cut, np.ones((_CELL, _CELL), np.uint8))[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL]
    some = largest[largest > 0]
    return float(np.percentile(some, 99)) if some.size else 0.0
