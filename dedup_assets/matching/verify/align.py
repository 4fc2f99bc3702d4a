"""How one picture lies on another: the affine map under which their pixels agree.

Two ways. *Whole on whole*: the frames are laid on one another and the map is refined by least squares; it needs no
features, settles re-encodings, resizes, small crops and turns, and works on pictures of 60 pixels. *By features*: ORB
keypoints, matched both ways and held to one affine map by RANSAC; it finds crops, borders and turns of any size.

The map is affine on purpose. A homography would also lay a plane facade seen from one place on the same facade seen
from another; that is another photograph, and must not fit.

Keep out whether a map is good enough: that is seen in what is left over (``residual``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import after, blur, gradient, inverse, is_plausible, onto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey, Map, Real
    from dedup_assets.matching.verify.picture import Features

# Coarsest level of the refinement: a shift of 5 % of the frame is then some two pixels, within reach of its slopes.
_COARSE = 48
_ROUNDS = 12
_SETTLED = 0.01  # pixels by which a round still moves the picture's edge
_FEWEST_POINTS = 24
_SLOPE = 0.25  # squared grey levels a pixel: below it a pixel says nothing of where it is
_BLOCK, _SMALL_BLOCK, _SMALL = 8, 4, 200
_LARGE = 300  # a side from which on half the picture says where it lies to a tenth of a pixel
_SEED = 20260304  # of RANSAC: the same pair always gets the same map
_DIVERGED = 0.5
_FAINTEST = 0.05  # contrast of one picture in the other
_ORB_DISTANCE = 64  # bits of 256; unrelated descriptors differ in 128
_FEWEST_MATCHES = 8
_RANSAC_PIXELS, _RANSAC_ROUNDS, _RANSAC_CONFIDENCE = 3.0, 2000, 0.995
_MOST_SCALE, _MOST_SKEW = 16.0, 2.0


_MATCHER = cv2.BFMatcher(cv2.NORM_HAMMING)


@dataclass(frozen=True)
class Fit:
    """A map from the first working picture to the second, and how many feature matches speak for it, of how many."""

    map: Map
    inliers: int
    matches: int


@dataclass(frozen=True)
class _Points:
    """Pixels that tell where they are: place, slopes and value in the first picture."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    across: Real
    down: Real
    value: Real


def by_features(first: Features, second: Features) -> Fit | None:
    """The affine map that most feature matches agree on; None when there are too few, or it is no map of a copy."""
    if len(first.points) < _FEWEST_MATCHES or len(second.points) < _FEWEST_MATCHES:
        return None
    here, there = _matched(first.descriptors, second.descriptors)
    if len(here) < _FEWEST_MATCHES:
        return None
    cv2.setRNGSeed(_SEED)
    map_, inliers = cv2.estimateAffine2D(
        first.points[here],
        second.points[there],
        method=cv2.RANSAC,
        ransacReprojThreshold=_RANSAC_PIXELS,
        maxIters=_RANSAC_ROUNDS,
        confidence=_RANSAC_CONFIDENCE,
    )
    if map_ is None or not is_plausible(np.asarray(map_, np.float64), _MOST_SCALE, _MOST_SKEW):
        return None
    return Fit(np.asarray(map_, np.float64), int(np.count_nonzero(inliers)), len(here))


def _matched(first: Grey, second: Grey) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the descriptors that go together: each of the first with its nearest, which keeps the nearest of these.

    One pass over all pairs of descriptors, where a cross-check takes two.
    """
    found = _MATCHER.match(first, second)
    rows = np.array([(each.distance, each.queryIdx, each.trainIdx) for each in found if each.distance <= _ORB_DISTANCE])
    if not len(rows):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))].astype(np.int64)
    _, nearest = np.unique(rows[:, 2], return_index=True)
    kept = rows[np.sort(nearest)]
    return kept[:, 1], kept[:, 2]


def whole_on_whole(first: Grey, second: Grey) -> Map:
    """The map from ``first`` to ``second`` (the larger of the two) that begins with frame on frame."""
    seen = second
    if second.shape[0] > first.shape[0] and second.shape[1] > first.shape[1]:
        seen = np.asarray(cv2.resize(second, first.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    finest = 1 if max(first.shape) > _LARGE else 0
    return after(onto(seen, second), refine(first, seen, onto(first, seen), levels=(finest, 9)))


def refine(first: Grey, second: Grey, start: Map, *, levels: tuple[int, int] = (0, 9)) -> Map:
    """``start`` moved to where the pixels agree best, from coarse to fine; level 0 is the picture, 1 half of it.

    A level keeps what it found only where it leaves less over than it began with, so identical pictures stay put.
    """
    firsts, seconds = _pyramid(first), _pyramid(second)
    coarsest = min(len(firsts), len(seconds)) - 1
    map_ = start
    for level in range(min(levels[1], coarsest), min(levels[0], coarsest) - 1, -1):
        half = 2.0**level
        down, up = np.array([[1 / half, 0, 0], [0, 1 / half, 0]]), np.array([[half, 0, 0], [0, half, 0]])
        here, there = blur(firsts[level], 1.0), blur(seconds[level], 1.0)
        points = _telling_points(here, _SMALL_BLOCK if max(here.shape) < _SMALL else _BLOCK)
        if len(points.x) < _FEWEST_POINTS:
            continue
        begun = [after(down, after(each, up)) for each in (map_, start)]
        best = min(begun, key=lambda each: _left_over(points, there, each))
        found = _descend(points, there, best, here.shape)
        if _left_over(points, there, found) < _left_over(points, there, best):
            best = found
        map_ = after(up, after(best, down))
    return map_


def _pyramid(picture: Grey) -> list[Grey]:
    """``picture``, halved again and again; ``pyrDown`` keeps pixel 0 where it is, so a coordinate is simply halved."""
    levels = [picture]
    while max(levels[-1].shape) > 1.5 * _COARSE:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.uint8))
    return levels


def _telling_points(picture: Real, block: int) -> _Points:
    """In each block of so many pixels the one with the steepest slope, where it is steep enough."""
    across, down = gradient(picture)
    steep = across**2 + down**2
    rows, columns = steep.shape[0] // block, steep.shape[1] // block
    cut = steep[: rows * block, : columns * block].reshape(rows, block, columns, block).swapaxes(1, 2)
    blocks = cut.reshape(rows * columns, block * block)
    best = blocks.argmax(axis=1) if blocks.size else np.zeros(0, np.int64)
    number = np.arange(len(best))
    kept = blocks[number, best] > _SLOPE
    number, best = number[kept], best[kept]
    y = number // max(1, columns) * block + best // block
    x = number % max(1, columns) * block + best % block
    return _Points(x.astype(float), y.astype(float), across[y, x], down[y, x], picture[y, x])


def _values(points: _Points, picture: Real, map_: Map) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What ``picture`` shows where the map takes the points, and which of them it takes inside."""
    x = map_[0, 0] * points.x + map_[0, 1] * points.y + map_[0, 2]
    y = map_[1, 0] * points.x + map_[1, 1] * points.y + map_[1, 2]
    inside = (x >= 0) & (x <= picture.shape[1] - 1) & (y >= 0) & (y <= picture.shape[0] - 1)
    where = (x.astype(np.float32)[None], y.astype(np.float32)[None])
    seen = cv2.remap(picture, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen[0], np.float64), inside


def _left_over(points: _Points, picture: Real, map_: Map) -> float:
    """Mean difference at the points, brightness and contrast aside."""
    seen, _ = _values(points, picture, map_)
    value, seen = points.value - points.value.mean(), seen - seen.mean()
    contrast = max(float((value * seen).sum() / ((value * value).sum() + 1e-6)), _FAINTEST)
    return float(np.abs(seen - contrast * value).mean() / contrast)


def _descend(points: _Points, picture: Real, map_: Map, shape: tuple[int, ...]) -> Map:
    """Gauss-Newton on six numbers of the map, with contrast and brightness free (Lucas-Kanade, inverse compositional).

    Baker and Matthews, "Lucas-Kanade 20 Years On" (2004). Points that do not fit count little (Huber) or nothing, so
    that a stamp or another number in one of the pictures does not pull it askew.
    """
    centre_x, centre_y, reach = (shape[1] - 1) / 2, (shape[0] - 1) / 2, max(shape) / 2
    u, v = (points.x - centre_x) / reach, (points.y - centre_y) / reach
    system = np.ones((len(u), 8))
    system[:, 0] = points.value
    for slope, column in ((points.across, 2), (points.down, 5)):
        system[:, column], system[:, column + 1], system[:, column + 2] = slope * u, slope * v, slope
    tone: NDArray[Any] | None = None
    for _ in range(_ROUNDS):
        seen, inside = _values(points, picture, map_)
        if inside.sum() < _FEWEST_POINTS:
            break
        weights = inside.astype(np.float64)
        if tone is not None:
            wrong = np.abs(seen - system[:, :2] @ tone)
            usual = 1.4826 * float(np.median(wrong[inside])) + 0.5
            weights *= np.minimum(1, 1.5 * usual / np.maximum(wrong, 1e-9)) * (wrong < 6 * usual)
        weighted = system * weights[:, None]
        normal = weighted.T @ system
        normal[np.diag_indices(8)] += 1e-6 * np.trace(normal) / 8
        found = np.linalg.solve(normal, weighted.T @ seen)
        tone = found[:2]
        if abs(found[0]) < _FAINTEST:  # no likeness left: the two have nothing to be laid on one another by
            break
        a, b, c, d, e, f = found[2:] / found[0]
        step = np.array(
            [
                [1 + a / reach, b / reach, c - (a * centre_x + b * centre_y) / reach],
                [d / reach, 1 + e / reach, f - (d * centre_x + e * centre_y) / reach],
            ]
        )
        if abs(np.linalg.det(step[:, :2]) - 1) > _DIVERGED:
            break
        map_ = after(map_, inverse(step))
        if max(map(abs, (a, b, c, d, e, f))) < _SETTLED:
            break
    return map_
