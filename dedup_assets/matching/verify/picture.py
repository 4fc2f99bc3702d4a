"""A working picture: the little of an image that verification looks at.

Put here its sizes, its features, and whether it is a document. Keep out files and formats (``thumbnail``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey

# Longest side of the working picture. Enough to tell two photographs of one facade apart, and 10 ms a pair.
WORKING = 512
# Longest side of a plain picture's second, finer picture: 8-point type of a letter page is then 16 pixels high.
FINE = 1600
_FEATURES = 800
_ORB_LEVELS, _ORB_FACTOR, _ORB_EDGE, _ORB_PATCH, _ORB_THRESHOLD = 8, 1.2, 15, 31, 7

# Plain pictures have a ground: flat pixels, a third of all or more within 12 grey levels of one value; or dense
# with strokes that a closing of 9 pixels fills, on a ground that is nearly even. What sets them apart is small then, so
# they are compared finely. Measured at WORKING: receipts, forms, maps, pages and patents have .35 to .89 of ground,
# pages of a book .17 to .45 with strokes .1 to .3. One photograph in four has so much sky or wall; it is compared more
# strictly than it need be, which costs time only.
_FLAT, _GROUND_WIDTH, _GROUND, _EVEN_WIDTH, _EVEN = 2.5, 25, 0.33, 12, 0.5
_STROKE, _STROKE_DEPTH, _STROKES, _FILLED = 9, 30, 0.10, 15
# Text is strokes: dark on both sides of nothing. Depth of strokes over all slopes: pages, forms and receipts 1.1 to
# 2.4, drawn maps .5 to .75, photographs of things on a plain ground .06 to 1.5 (nineteen in twenty below 1.1).
_INK_DEPTH, _SLOPE, _TEXT = 15, 4.0, 1.1


@dataclass(frozen=True)
class Features:
    """ORB keypoints: ``points`` float32 (n, 2) of the working picture, ``descriptors`` uint8 (n, 32)."""

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Picture:
    """One page of an image, upright, ready to be compared.

    ``width, height``: of the page in full; ``grey``: uint8 (h, w), at most WORKING a side; ``fine``: the same at most
    FINE a side, of plain pictures only; ``is_text``: whether it is written or printed matter; ``digest``: gives the
    sha256 of the page's canonical pixels, decoding it in full; ``pages``: of the file that it comes from.
    """

    width: int
    height: int
    grey: Grey
    fine: Grey | None = None
    is_text: bool = False
    digest: Callable[[], str] | None = None
    pages: int = 1
    _features: list[Features] = field(default_factory=list, repr=False)

    @property
    def features(self) -> Features:
        """Keypoints of ``grey``, found once."""
        if not self._features:
            self._features.append(find_features(self.grey))
        return self._features[0]


def of_grey(
    grey: Grey,
    *,
    width: int | None = None,
    height: int | None = None,
    digest: Callable[[], str] | None = None,
    pages: int = 1,
    features: Features | None = None,
) -> Picture:
    """The working picture of a page whose grey pixels, in full or not much smaller, are ``grey``."""
    working = shrink(grey, WORKING)
    plain, is_text = look(working)
    return Picture(
        width=width or grey.shape[1],
        height=height or grey.shape[0],
        grey=working,
        fine=shrink(grey, FINE) if plain else None,
        is_text=is_text,
        digest=digest,
        pages=pages,
        _features=[] if features is None else [features],
    )


def turned(picture: Picture, form: int) -> Picture:
    """``picture`` in one of its eight forms: mirrored left to right if ``form`` is 4 or more, then turned.

    ``form % 4`` quarter turns anticlockwise; form 0 is the picture itself. Forms of one picture are not equal pixels.
    """
    if form == 0:
        return picture
    sideways = form % 2 == 1
    return replace(
        picture,
        width=picture.height if sideways else picture.width,
        height=picture.width if sideways else picture.height,
        grey=_turned(picture.grey, form),
        fine=None if picture.fine is None else _turned(picture.fine, form),
        digest=None,
        _features=[],
    )


def _turned(grey: Grey, form: int) -> Grey:
    mirrored = grey[:, ::-1] if form >= 4 else grey  # noqa: PLR2004  # eight forms, four of them mirrored
    return np.ascontiguousarray(np.rot90(mirrored, form % 4))


def find_features(grey: Grey) -> Features:
    """ORB keypoints and descriptors of a working picture."""
    keypoints, descriptors = _orb().detectAndCompute(grey, None)
    points = np.array([each.pt for each in keypoints], np.float32).reshape(-1, 2)
    return Features(points, np.zeros((0, 32), np.uint8) if descriptors is None else np.asarray(descriptors, np.uint8))


@cache
def _orb() -> cv2.ORB:
    return cv2.ORB.create(
        nfeatures=_FEATURES,
        scaleFactor=_ORB_FACTOR,
        nlevels=_ORB_LEVELS,
        edgeThreshold=_ORB_EDGE,
        patchSize=_ORB_PATCH,
        fastThreshold=_ORB_THRESHOLD,
    )


def look(grey: Grey) -> tuple[bool, bool]:
    """Whether a working picture is plain, and whether it is text: paper or a drawn plan rather than a scene."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.uint8)
    slope = np.hypot(*gradient(smooth.astype(np.float32)))
    closed = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8))
    ink = cv2.subtract(closed, smooth)
    values = np.bincount(smooth[slope < _FLAT], minlength=256)
    plain = bool(np.convolve(values, np.ones(_GROUND_WIDTH)).max() >= _GROUND * grey.size)
    if not plain and np.count_nonzero(ink > _STROKE_DEPTH) >= _STROKES * grey.size:
        ground = blur(cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((_FILLED, _FILLED), np.uint8)), 5.0)
        plain = bool(np.count_nonzero(np.abs(smooth - ground) < _EVEN_WIDTH) >= _EVEN * grey.size)
    if not plain:
        return False, False
    return True, bool(ink[ink > _INK_DEPTH].sum() >= _TEXT * slope[slope > _SLOPE].sum() > 0)
