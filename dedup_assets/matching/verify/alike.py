"""Two pictures on one grid, made alike in all that a copy may differ in, the cheap ways before the dear ones.

Put here which ways are tried and which result is taken. Keep out the ways themselves (``tone``) and what is made of
what is left over (``residual``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify import tone
from dedup_assets.matching.verify.geometry import blur

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Colour, Grey, Mask, Real

WORST_TILES = 5
_TILES, _FEWEST_TILES = 16, 4
# Blur before comparing, in pixels: compression and sampling noise lies below it.
_BLUR, _TILE_BLUR = 0.8, 1.2
FLOOR = 4.0  # grey levels added to a spread or contrast, so that noise on an empty picture is not much
_CLEAN, _HOPELESS = 0.05, 0.9  # worst tiles from which on nothing more is tried, because all is well or nothing helps
_KEPT = 0.3  # of a picture's spread that must remain when it is made like another
_HALF = 0.5  # a tile counts when half of it is covered


@dataclass(frozen=True)
class Pair:
    """Two pictures, float32 on one grid, alike in all but what they show; ``mask``: 1 where both are, else 0."""

    first: Real
    second: Real
    mask: Mask

    @property
    def difference(self) -> Real:
        """Absolute difference in grey levels, 0 outside the overlap."""
        return np.asarray(cv2.multiply(cv2.absdiff(self.first, self.second), self.mask, dtype=cv2.CV_32F), np.float32)


@dataclass(frozen=True)
class Views:
    """Two pictures on one grid as they are; ``colours``: their chromas there, smaller, None where neither has any."""

    first: Grey
    second: Grey
    mask: Mask
    colours: tuple[Colour, Colour] | None = None

    def smoothed(self) -> Views:
        """The same, with what lies below compression noise blurred away."""
        return Views(_smooth(self.first), _smooth(self.second), self.mask, self.colours)

    def ways(self) -> Iterator[tuple[Grey, Grey]]:
        """The two as they are, then alike in brightness, in light, in how colours come out grey."""
        yield self.first, self.second
        yield tone.by_histogram(self.first, self.second, self.mask)
        yield tone.by_histogram(self.first, tone.by_lamp(self.second, self.first, self.mask), self.mask)
        if self.colours is not None:
            yield tone.by_colour(self.first, self.colours[0], self.second, self.mask), self.second
            yield self.first, tone.by_colour(self.second, self.colours[1], self.first, self.mask)

    def pair(self, way: tuple[Grey, Grey]) -> Pair:
        """One of the ways, to be measured."""
        return Pair(way[0].astype(np.float32), way[1].astype(np.float32), self.mask)


def made_alike(views: Views) -> Pair:
    """The pair that leaves least over in its worst tiles."""
    smooth = views.smoothed()
    least = _KEPT * min(_spread(smooth.first, smooth.mask), _spread(smooth.second, smooth.mask))
    best, left = smooth.pair((smooth.first, smooth.second)), float("inf")
    for way in smooth.ways():
        pair = smooth.pair(way)
        if (now := worst_tiles(pair, least)) < left:
            best, left = pair, now
        if left < _CLEAN:
            return best
    if left > _HOPELESS:
        return best
    for dear in (tone.by_sharpness, tone.by_filter):
        pair = Pair(*dear(best.first, best.second, best.mask), best.mask)
        if (now := worst_tiles(pair, least)) < left:
            best, left = pair, now
    return best


def first_sight(views: Views) -> float:
    """What is left over in the worst tiles, at half the size and with brightness alone made alike: cheap, and too much.

    Enough to tell which of two maps is better. Infinite where too little of the two lies on one another.
    """
    size = (max(1, views.mask.shape[1] // 2), max(1, views.mask.shape[0] // 2))
    first, second = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.uint8)
        for each in (views.first, views.second)
    )
    mask = np.asarray(cv2.resize(views.mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    if not mask.any():
        return float("inf")
    here, there = tone.by_histogram(first, second, mask)
    return worst_tiles(Pair(here.astype(np.float32), there.astype(np.float32), mask), 0.0)


def worst_tiles(pair: Pair, least: float) -> float:
    """Mean difference of the worst tiles, in units of the spread; infinite where one picture has been flattened.

    Two pictures made grey all over are alike, but not in anything that they show; ``least``: spread that must remain.
    """
    tiles = tile_differences(pair)
    if tiles is None or min(_spread(pair.first, pair.mask), _spread(pair.second, pair.mask)) < least:
        return float("inf")
    return float(tiles[:WORST_TILES].mean())


def tile_differences(pair: Pair) -> NDArray[np.float32] | None:
    """Mean difference of the tiles that the overlap covers, in units of the spread, largest first."""
    difference = np.abs(blur(pair.first - pair.second, _TILE_BLUR)) * pair.mask
    tiles = (_TILES, _TILES)
    covered = np.asarray(cv2.resize(pair.mask.astype(np.float32), tiles, interpolation=cv2.INTER_AREA), np.float32)
    whole = covered > _HALF
    if np.count_nonzero(whole) < _FEWEST_TILES:
        return None
    means = cv2.resize(difference, tiles, interpolation=cv2.INTER_AREA)[whole] / covered[whole]
    return np.asarray(np.sort(means / np.float32(spread(pair) + FLOOR))[::-1], np.float32)


def spread(pair: Pair) -> float:
    """Standard deviation in the overlap, the smaller of the two pictures', grey levels."""
    return min(_spread(pair.first, pair.mask), _spread(pair.second, pair.mask))


def _spread(picture: NDArray[np.generic], mask: Mask) -> float:
    """From every other pixel across and down, which is as good."""
    some = picture[::2, ::2][mask[::2, ::2] > 0]
    return float(some.std(dtype=np.float64)) if some.size else 0.0


def _smooth(picture: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), _BLUR), np.uint8)
