"""The strongest local features of a picture, as bytes: what a crop, a caption or a border leaves of it.

A feature is an ORB corner (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011): 256 bits that
say what stands around it, and where, how large and how turned it is. Features are spread over the picture, because the
strongest of all would all sit on the letters of a caption. Keep out what the bytes are (``feature_record``, which
needs no OpenCV) and their search (``matching/local``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.images.feature_record import FEATURE, LEVEL_FACTOR, LONGEST, MOST_FEATURES, STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Pixels of the canonical picture (its sides are in the picture's own proportion); smaller pictures are taken as they
# are. By area and not by side, so that letterboxes and cuts on one side change the scale little.
CANONICAL_AREA = 240 * 240
# Measured on 351 real photographs with 23 edits, beside 8 levels of 1.2, areas of 200 to 300 squared and thresholds of
# 10 to 20: within 2 % of the best recall for crops and captions at the least time.
LEVELS = 6
_CORNER_THRESHOLD, _FAINT_THRESHOLD = 15, 5
# Corners found before the spreading. A bar of white with large black type has up to 300 that are stronger than any of
# a photograph.
_CORNERS = 600
# Fewer than this, and the picture is searched again for fainter ones.
_FEW = 96
# The strongest corner of each small square is taken, then the squares of each of PARTS x PARTS parts in turn. Squares
# of 6 pixels lose 4 % of crops by 15 % a side; of 2, unrelated photographs share two thirds more.
_SQUARE = 4
_PARTS = 6
# ORB looks at 31 pixels around a corner, on each level.
_PATCH, _EDGE, _SHORTEST = 31, 15, 40


def local_features(grey: NDArray[np.uint8]) -> bytes:
    """At most MOST_FEATURES records of FEATURE for a grey picture, uint8 (h, w), in full or 256 pixels and more a side.

    Empty for a picture without corners, or too small or too narrow for any. The same pixels give the same bytes.
    """
    small = _canonical(grey)
    if min(small.shape) < _SHORTEST:
        return b""
    orb = _orb(_CORNER_THRESHOLD)
    corners = orb.detect(small, None)
    if len(corners) < _FEW:
        corners = _orb(_FAINT_THRESHOLD).detect(small, None)
    if not corners:
        return b""
    points = np.array(cv2.KeyPoint.convert(corners), np.float32)
    strength = np.fromiter((each.response for each in corners), np.float32, len(corners))
    chosen = _spread(points, strength, small.shape)
    # ORB gives back the features level by level; class_id brings them back into order.
    taken = [corners[number] for number in chosen]
    for place, corner in enumerate(taken):
        corner.class_id = place
    kept, codes = orb.compute(small, taken)
    return _records(kept, codes) if kept else b""


def _canonical(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    scale = min(1.0, (CANONICAL_AREA / (height * width)) ** 0.5, LONGEST / max(height, width))
    if scale == 1:
        return np.ascontiguousarray(grey)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _orb(threshold: int) -> cv2.ORB:
    return cv2.ORB.create(
        nfeatures=_CORNERS,
        scaleFactor=LEVEL_FACTOR,
        nlevels=LEVELS,
        edgeThreshold=_EDGE,
        patchSize=_PATCH,
        fastThreshold=threshold,
    )


def _spread(points: NDArray[np.float32], strength: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Numbers of the chosen corners: the strongest of every part, then the second of every part, and so on."""
    order = np.argsort(-strength, kind="stable")
    square = (points[order] // _SQUARE).astype(np.int64)
    # One corner is often found on several levels: the strongest stands for it.
    _, first = np.unique(square[:, 0] * LONGEST + square[:, 1], return_index=True)
    order = order[np.sort(first)]
    part = (points[order] * (_PARTS / np.array(shape[::-1]))).astype(np.int64)
    part = part[:, 0] * _PARTS + part[:, 1]
    grouped = np.argsort(part, kind="stable")
    rank = np.empty(len(part), np.int64)
    rank[grouped] = np.arange(len(part)) - np.searchsorted(part[grouped], part[grouped])
    chosen: NDArray[np.int64] = order[np.argsort(rank, kind="stable")[:MOST_FEATURES]]
    return chosen


def _records(corners: Sequence[cv2.KeyPoint], codes: object) -> bytes:
    records = np.zeros(len(corners), FEATURE)
    records["code"] = codes
    places = np.rint(np.array(cv2.KeyPoint.convert(corners)) / STEP).astype(np.uint8)
    records["x"], records["y"] = places[:, 0], places[:, 1]
    records["level"] = [each.octave for each in corners]
    records["angle"] = [round(each.angle * 256 / 360) % 256 for each in corners]
    return records[np.argsort([each.class_id for each in corners], kind="stable")].tobytes()
