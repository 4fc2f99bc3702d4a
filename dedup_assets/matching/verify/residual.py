"""What is left over when one picture is laid on another and made alike: how much, and where.

Put here measuring of scenes. Keep out what the numbers mean (``judge``), how pictures are made alike (``tone``) and the
strokes of documents (``ink``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.alike import FLOOR, WORST_TILES, Views, made_alike, spread, tile_differences
from dedup_assets.matching.verify.bend import bend
from dedup_assets.matching.verify.geometry import (
    blur,
    gradient,
    inverse,
    overlap,
    scale,
    to_scale,
    warp,
    warp_colour,
)
from dedup_assets.matching.verify.tone import chroma_left

if TYPE_CHECKING:
    from dedup_assets.matching.verify.alike import Pair
    from dedup_assets.matching.verify.geometry import Colour, Grey, Map, Mask, Real
    from dedup_assets.matching.verify.thresholds import Thresholds

_FEWEST_PIXELS = 400
_MARGIN = 2  # pixels at the rim of a picture that are not compared: interpolation invents them
_BAD = 0.4
_NOTHING_ALIKE = 9.0
_PEAK_BLUR, _CHROMA_BLUR = 1.5, 1.5
_WINDOW = 5
_STRIDE = 2
_RIM = 7
_OUTSIDE_BLUR = 0.8
_FEWEST_PLACES = 200
_MOST, _FEW_LEVELS = 98, 3.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Residual:
    """What is left over, on the grid of the first picture.

    Attributes:
        cover_first, cover_second: shares of the two pictures that lie on one another.
        worst, median, bad: mean difference of the five worst and of the median of 16 x 16 tiles, in units of the
            spread (standard deviation of grey); share of tiles above 0.4.
        peak: largest difference within some four pixels, in units of the contrast.
        outlier: largest difference in a window of 5 pixels, in units of what 99 % of the windows stay below: a stamp,
            or somebody who walked by, stands out; compression does not.
        chroma, chroma_outlier: largest difference of colours within some ten pixels, in levels, and in units of what
            98 % of the places stay below; 0 where either has no colour.
        outside_first, outside_second: shares of their slopes that lie outside the overlap.
        bend, bend_half: pixels by which some places, and half of them, would fit better (``bend``).
        spread: standard deviation of the flatter picture in the overlap, grey levels.
        where: box around the largest difference in shares of the first picture: left, top, right, bottom.
    """

    cover_first: float
    cover_second: float
    worst: float
    median: float
    bad: float
    peak: float
    outlier: float
    chroma: float
    chroma_outlier: float
    outside_first: float
    outside_second: float
    bend: float
    bend_half: float
    spread: float
    where: Box


@dataclass(frozen=True)
class Laid:
    """Two pictures laid on one another, on the grid of the first.

    ``map``: first to second, scale 1 or more; ``second``: as it was; ``views``: both on the grid; ``share``: of the
    second that lies on it; ``coloured``: whether both have colours.
    """

    map: Map
    second: Grey
    views: Views
    share: float
    coloured: bool


def lay(first: Grey, second: Grey, map_: Map, colours: tuple[Grey | None, Grey | None]) -> Laid | None:
    """``second`` on the grid of ``first`` under ``map_``; None when too little of the two lies on one another.

    ``map_``: first to second, scale 1 or more. ``colours``: their chromas, as in ``Picture``.
    """
    scaled, onto = to_scale(second, map_)
    mask = overlap(onto, first.shape, scaled.shape, margin=_MARGIN)
    if np.count_nonzero(mask) < _FEWEST_PIXELS:
        return None
    seen: tuple[Colour, Colour] | None = None
    if any(each is not None for each in colours):
        here = warp_colour(colours[0], None, first.shape, first.shape)
        seen = (here, warp_colour(colours[1], map_, second.shape, first.shape))
    inner = max(1, scaled.shape[0] - 2 * _MARGIN) * max(1, scaled.shape[1] - 2 * _MARGIN)
    share = min(1.0, float(np.count_nonzero(mask) * scale(onto) ** 2 / inner))
    views = Views(first, warp(scaled, onto, first.shape), mask, seen)
    return Laid(map_, second, views, share, all(each is not None for each in colours))


def compare(laid: Laid, thresholds: Thresholds) -> tuple[Residual, Pair]:
    """What is left over of two pictures laid on one another.

    What cannot change the verdict is not measured and told as 0: how far a picture bends that fits anyway, the colours
    of one that does not.
    """
    views, share = laid.views, laid.share
    pair = made_alike(views)
    tiles = tile_differences(pair)
    if tiles is None:
        tiles = np.full(WORST_TILES, _NOTHING_ALIKE, np.float32)
    worst, flat = float(tiles[:WORST_TILES].mean()), spread(pair)
    difference = pair.difference
    peaks = blur(difference, _PEAK_BLUR)
    row, column = np.unravel_index(int(peaks.argmax()), peaks.shape)
    half, most = bend(pair, flat + FLOOR) if worst > thresholds.equal else (0.0, 0.0)
    chroma = _chroma(views, thresholds.chroma) if laid.coloured and worst <= thresholds.worst else (0.0, 0.0)
    return Residual(
        cover_first=cover(pair.mask),
        cover_second=share,
        worst=worst,
        median=float(np.median(tiles)),
        bad=float((tiles > _BAD).mean()),
        peak=float(peaks.max()) / _contrast(pair),
        outlier=_outlier(difference, pair.mask),
        chroma=chroma[0],
        chroma_outlier=chroma[1],
        outside_first=outside(views.first, pair.mask),
        outside_second=outside(laid.second, overlap(inverse(laid.map), laid.second.shape, views.first.shape)),
        bend=most,
        bend_half=half,
        spread=flat,
        where=box_around(peaks, int(row), int(column)),
    ), pair


def cover(mask: Mask) -> float:
    """Share of the mask's grid, without its rim, that lies inside."""
    whole = max(1, mask.shape[0] - 2 * _MARGIN) * max(1, mask.shape[1] - 2 * _MARGIN)
    return min(1.0, float(np.count_nonzero(mask) / whole))


def _contrast(pair: Pair) -> float:
    """Grey levels between the darkest and the lightest half percent."""
    some = pair.second[::_STRIDE, ::_STRIDE][pair.mask[::_STRIDE, ::_STRIDE] > 0]
    low, high = np.percentile(some, (0.5, 99.5)) if some.size else (0.0, 0.0)
    return float(high - low) + FLOOR


def _outlier(difference: Real, mask: Mask) -> float:
    windows = np.sqrt(np.maximum(cv2.blur(difference * difference, (_WINDOW, _WINDOW)), 0))[::_STRIDE, ::_STRIDE]
    inside = windows[mask[::_STRIDE, ::_STRIDE] > 0]
    return float(inside.max() / (np.percentile(inside, 99) + 1.0)) if inside.size >= _FEWEST_PLACES else 0.0


def _chroma(views: Views, much: float) -> tuple[float, float]:
    """Largest difference of colours, and how much it stands out; told either way where one way leaves ``much``."""
    if views.colours is None:
        return 0.0, 0.0
    size = (views.colours[0].shape[1], views.colours[0].shape[0])
    mask = np.asarray(cv2.resize(views.mask, size, interpolation=cv2.INTER_NEAREST))
    inside = np.asarray(cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0), np.uint8)
    one, other = (
        (np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8), blur(colour, _CHROMA_BLUR))
        for grey, colour in zip((views.first, views.second), views.colours, strict=True)
    )
    left = chroma_left(one, other[1], inside)
    if float(left.max()) > much:
        left = min(left, chroma_left(other, one[1], inside), key=lambda each: float(each.max()))
    largest = float(left.max())
    return largest, largest / (float(np.percentile(left, _MOST)) + _FEW_LEVELS)


def outside(picture: Grey, mask: Mask) -> float:
    """Share of the picture's slopes that lie outside the mask: what a crop has cut off."""
    if 2 * np.count_nonzero(mask) > 2 * mask.size - 1:
        return 0.0
    # What is narrower than twice the rim was left out for safety, not cut off
    beyond = cv2.erode(
        1 - mask, np.ones((2 * _RIM - 1, 2 * _RIM - 1), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    if not beyond.any():
        return 0.0
    across, down = gradient(blur(picture, _OUTSIDE_BLUR))
    steep = cv2.threshold(cv2.magnitude(across, down), FLOOR, 0, cv2.THRESH_TOZERO)[1]
    total = float(cv2.sumElems(steep)[0])
    return float(cv2.mean(steep, beyond)[0]) * np.count_nonzero(beyond) / total if total else 0.0


def box_around(peaks: Real, row: int, column: int) -> Box:
    """The box of the places around the largest difference that differ by half as much, in shares of the picture."""
    high = (peaks >= 0.5 * peaks[row, column]).astype(np.uint8)[::_STRIDE, ::_STRIDE]
    high[row // _STRIDE, column // _STRIDE] = 1
    joined = cv2.dilate(np.ascontiguousarray(high), np.ones((_RIM, _RIM), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(joined)
    left, top, width, height = (_STRIDE * int(each) for each in boxes[labels[row // _STRIDE, column // _STRIDE]][:4])
    full_height, full_width = peaks.shape
    right, bottom = min(full_width, left + width), min(full_height, top + height)
    return (left / full_width, top / full_height, right / full_width, bottom / full_height)
