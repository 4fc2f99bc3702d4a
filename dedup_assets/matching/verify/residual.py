"""What is left over when one picture is laid on another and made alike: how much, and where.

Put here measuring. Keep out what the numbers mean (``judge``) and how pictures are made alike (``tone``, ``paper``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify import tone
from dedup_assets.matching.verify.geometry import blur, gradient, inverse, overlap, scale, to_scale, warp
from dedup_assets.matching.verify.paper import straightened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey, Map, Mask, Real

_TILES = 16
_WORST_TILES = 5
_FEWEST_TILES = 4
_FEWEST_PIXELS = 400
# Blur before comparing, in pixels: compression and sampling noise lies below it.
_BLUR, _TILE_BLUR = 0.8, 1.2
_FLOOR = 4.0  # grey levels added to a spread or contrast, so that noise on an empty picture is not much
_CLEAN = 0.03  # worst tiles of a picture that needs no making alike
_BAD = 0.4
_WINDOW = 7  # pixels: about a character at FINE
_INK = 0.12  # of the contrast: local spread from which on a place shows something
_NOISE = 0.01  # of the contrast: what a place may differ by without saying anything
_SOME = 3  # stride at which percentiles are taken; a window is wider
_POINTS, _FINE_POINTS = 3000, 12000


@dataclass(frozen=True)
class Residual:
    """What is left over, on the grid of the first picture.

    Attributes:
        cover_first, cover_second: shares of the two pictures that lie on one another.
        worst, median, bad: mean difference of the five worst and of the median of 16 x 16 tiles, in units of the
            second's spread; share of tiles above 0.4.
        peak: largest difference within some four pixels, in units of the contrast.
        outlier: largest difference in a window of 7 pixels, in units of what 99 % of the places that show something
            stay below. A copy differs everywhere a little (1.0 to 1.8); another number on the same form in one place.
        usual: that 99th percentile, in units of the contrast.
        outside: the larger share of either picture's slopes that lies outside the overlap.
        shift: pixels by which paper was stretched; 0 where nothing was straightened.
        spread: standard deviation of the second picture in the overlap, grey levels.
        where: box around the largest difference in shares of the first picture: left, top, right, bottom.
    """

    cover_first: float
    cover_second: float
    worst: float
    median: float
    bad: float
    peak: float
    outlier: float
    usual: float
    outside: float
    shift: float
    spread: float
    where: tuple[float, float, float, float]


@dataclass(frozen=True)
class Pair:
    """Two pictures on one grid, alike in all but what they show; ``mask``: where both are."""

    first: Real
    second: Real
    mask: Mask

    @property
    def difference(self) -> Real:
        """Absolute difference in grey levels, 0 outside the overlap."""
        return np.asarray(np.abs(self.first - self.second) * self.mask, np.float32)


def compare(first: Grey, second: Grey, map_: Map, *, fine: bool = False) -> tuple[Residual, Pair] | None:
    """What is left over when ``second`` lies on ``first`` under ``map_`` (first to second, scale 1 or more).

    ``fine``: straighten paper and look closely. None when too little of the two lies on one another.
    """
    scaled, onto = to_scale(second, map_)
    mask = overlap(onto, first.shape, scaled.shape, margin=2)
    if fine:  # what straightening draws in from beyond the rim says nothing
        mask = np.asarray(cv2.erode(mask, np.ones((_WINDOW, _WINDOW), np.uint8), borderValue=0), np.uint8)
    if np.count_nonzero(mask) < _FEWEST_PIXELS:
        return None
    pair, shift = _made_alike(first, warp(scaled, onto, first.shape), mask, fine=fine)
    tiles = _tiles(pair)
    if tiles is None:
        return None
    outside = 0.0
    if fine:
        outside = max(_outside(first, mask), _outside(scaled, overlap(inverse(onto), scaled.shape, first.shape)))
    share = np.count_nonzero(mask) * scale(onto) ** 2 / scaled.size
    found = _measured(pair, tiles, outside)
    return replace(found, cover_second=min(1.0, float(share)), shift=shift), pair


def _made_alike(first: Grey, second: Grey, mask: Mask, *, fine: bool) -> tuple[Pair, float]:
    """The two with all differences gone that a copy may have, and how far paper was straightened.

    What costs time is done only where something is left over without it.
    """
    here = np.asarray(cv2.GaussianBlur(first, (0, 0), _BLUR), np.uint8)
    there = np.asarray(cv2.GaussianBlur(second, (0, 0), _BLUR), np.uint8)
    best = Pair(here.astype(np.float32), there.astype(np.float32), mask)
    left = _worst(best)
    if left < _CLEAN:
        return best, 0.0
    for light in (False, True):
        lit = tone.by_lamp(there, here, mask) if light else there
        pair = Pair(*tone.by_histogram(here, lit, mask), mask)
        if (now := _worst(pair)) < left:
            best, left = pair, now
        if left < _CLEAN and not fine:
            return best, 0.0
    one, other, shift = best.first, best.second, 0.0
    if fine:
        one, shift = straightened(one, other, mask)
    one, other = tone.by_sharpness(one, other, mask)
    one, other = tone.by_filter(one, other, mask, _FINE_POINTS if fine else _POINTS)
    alike = Pair(one, other, mask)
    return (alike, shift) if _worst(alike) <= left else (best, 0.0)


def _worst(pair: Pair) -> float:
    tiles = _tiles(pair)
    return float("inf") if tiles is None else float(tiles[:_WORST_TILES].mean())


def _tiles(pair: Pair) -> NDArray[np.float32] | None:
    """Mean difference of the tiles that the overlap covers, in units of the spread, largest first."""
    weight = pair.mask.astype(np.float32)
    difference = np.abs(blur(pair.first - pair.second, _TILE_BLUR)) * weight
    tiles = (_TILES, _TILES)
    covered = cv2.resize(weight, tiles, interpolation=cv2.INTER_AREA)
    whole = covered > 0.5  # noqa: PLR2004  # half of the tile
    if np.count_nonzero(whole) < _FEWEST_TILES:
        return None
    means = cv2.resize(difference, tiles, interpolation=cv2.INTER_AREA)[whole] / covered[whole]
    return np.sort(means / np.float32(_spread(pair) + _FLOOR))[::-1]


def _spread(pair: Pair) -> float:
    """Standard deviation of the second picture in the overlap, grey levels."""
    return float(cv2.meanStdDev(pair.second, mask=pair.mask)[1][0, 0])


def _measured(pair: Pair, tiles: NDArray[np.float32], outside: float) -> Residual:
    some = (slice(None, None, _SOME), slice(None, None, _SOME))
    inside = pair.mask[some] > 0
    shown = pair.second[some][inside]
    low, high = np.percentile(shown, (0.5, 99.5)) if shown.size else (0.0, 0.0)
    contrast = float(high - low) + _FLOOR
    difference = pair.difference
    strength = np.sqrt(_mean(difference * difference))
    busy = (_variance(pair.first) + _variance(pair.second))[some] > (_INK * contrast) ** 2
    places = strength[some][busy & inside]
    usual = float(np.percentile(places, 99)) if places.size else 0.0
    peaks = blur(difference, 1.5)
    row, column = np.unravel_index(int(peaks.argmax()), peaks.shape)
    return Residual(
        cover_first=float(np.count_nonzero(pair.mask) / pair.mask.size),
        cover_second=0.0,
        worst=float(tiles[:_WORST_TILES].mean()),
        median=float(np.median(tiles)),
        bad=float((tiles > _BAD).mean()),
        peak=float(peaks.max()) / contrast,
        outlier=float(strength.max()) / (usual + _NOISE * contrast),
        usual=usual / contrast,
        outside=outside,
        shift=0.0,
        spread=_spread(pair),
        where=_box(peaks, int(row), int(column)),
    )


def _mean(values: Real) -> Real:
    return np.maximum(cv2.blur(values, (_WINDOW, _WINDOW)), 0)


def _variance(picture: Real) -> Real:
    mean = _mean(picture)
    return np.maximum(_mean(picture * picture) - mean * mean, 0)


def _outside(picture: Grey, mask: Mask) -> float:
    """Share of the picture's slopes that lie outside the mask; what is cut off a copy of a form must be empty."""
    beyond = cv2.erode(1 - mask, np.ones((_WINDOW, _WINDOW), np.uint8), borderValue=1)  # the frame's rim is no content
    if not beyond.any():
        return 0.0
    across, down = gradient(blur(picture, _BLUR))
    steep = cv2.threshold(cv2.magnitude(across, down), _FLOOR, 0, cv2.THRESH_TOZERO)[1]
    total = float(cv2.sumElems(steep)[0])
    return float(cv2.mean(steep, beyond)[0]) * np.count_nonzero(beyond) / total if total else 0.0


def _box(peaks: Real, row: int, column: int) -> tuple[float, float, float, float]:
    """The box of the places around the largest difference that differ by half as much, in shares of the picture."""
    high = (peaks >= 0.5 * peaks[row, column]).astype(np.uint8)
    joined = cv2.dilate(high, np.ones((2 * _WINDOW + 1, 2 * _WINDOW + 1), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(joined[::_SOME, ::_SOME])
    left, top, width, height = boxes[labels[row // _SOME, column // _SOME]][:4] * _SOME
    full_height, full_width = peaks.shape
    right, bottom = min(full_width, left + width), min(full_height, top + height)
    return (left / full_width, top / full_height, right / full_width, bottom / full_height)
