"""A working picture: the little of an image that verification looks at.

Put here its sizes, its features, and whether it is a document. Keep out files and formats (``thumbnail``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import gradient, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey

# Longest side of the working picture. Enough to tell two photographs of one facade apart, and 10 ms a pair.
WORKING = 512
# Longest side of a plain picture's second, finer picture: 8-point type of a letter page is then 16 pixels high.
FINE = 1600
COLOUR = 192
_SLOW, _NOISE = 16, 1.5  # pixels: slower changes are light, faster ones noise
_COLOURLESS = 4
_FEATURES = 800
_ORB_LEVELS, _ORB_FACTOR, _ORB_EDGE, _ORB_PATCH, _ORB_THRESHOLD = 8, 1.2, 15, 31, 7

# Documents are strokes on a ground. Measured at WORKING on receipts, forms, maps, screens and scanned pages: strokes
# are .02 to .33 of the picture (photographs: mostly less than .01), .5 to 1 of them lie on one ground, within 25 grey
# levels, and that ground is .7 to 1 of the picture once strokes are closed; or it is flat fills, as .91 of a map.
# Receipts, forms and maps that fill their picture reach .9 and .85 of both; a photograph in a hundred does.
_FLAT, _GROUND_WIDTH, _GROUND = 2.5, 12, 0.33
_STROKE, _STROKE_DEPTH, _FEWEST_STROKES, _DENSE = 9, 22, 0.015, 0.10
_INK_DEPTH, _GROUND_REACH, _ON_GROUND, _PAPER = 15, 25, 0.5, 0.7
_FLAT_FILLS, _CLEARLY, _CLEARLY_PAPER = 0.85, 0.88, 0.85
_THUMBNAIL, _FAINT = 300, 0.3  # pixels below which strokes have run together with paper, and what is left of them
_DARK = 110  # a ground below it is a blueprint's or a dark screen's: strokes are lighter than it
# Signs on a page: share of the deepest ink that is still ink; lowest and highest sign in pixels of the fine picture.
_DEEP, _LOWEST, _HIGHEST, _FEWEST_SIGNS, _LONGEST_WORD = 0.35, 4, 80, 8, 12


@dataclass(frozen=True)
class Features:
    """ORB keypoints: ``points`` float32 (n, 2) of the working picture, ``descriptors`` uint8 (n, 32)."""

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Picture:
    """One page of an image, upright, ready to be compared.

    ``width, height``: of the page in full; ``grey``: uint8 (h, w), at most WORKING a side; ``colour``: uint8
    (h', w', 2), its chromas about 128, at most COLOUR a side, None where there are none; ``fine``: grey at most FINE a
    side, of documents only; ``is_written``: whether it is clearly a document, whose verdict rests on type; ``digest``:
    gives the sha256 of the page's canonical pixels, decoding it in full, None where it is not known; ``pages``: of the
    file that it comes from.
    """

    width: int
    height: int
    grey: Grey
    colour: Grey | None = None
    fine: Grey | None = None
    is_written: bool = False
    digest: Callable[[], str] | None = None
    pages: int = 1
    _features: list[Features] = field(default_factory=list, repr=False)
    _type: list[float] = field(default_factory=list, repr=False)
    _detail: list[float] = field(default_factory=list, repr=False)

    @property
    def features(self) -> Features:
        """Keypoints of ``grey``, found once."""
        if not self._features:
            self._features.append(find_features(self.grey))
        return self._features[0]

    @property
    def detail(self) -> float:
        """Standard deviation in grey levels of what ``grey`` shows besides slow changes of light."""
        if not self._detail:
            self._detail.append(detail(self.grey))
        return self._detail[0]

    @property
    def is_document(self) -> bool:
        """Whether it is written, printed or drawn rather than a scene."""
        return self.fine is not None

    @property
    def finest(self) -> Grey:
        """The largest grey picture that there is."""
        return self.grey if self.fine is None else self.fine

    @property
    def type_height(self) -> float:
        """Pixels of ``fine`` that the smaller type is high; 0 where there is none."""
        if not self._type:
            self._type.append(0.0 if self.fine is None else type_height(self.fine))
        return self._type[0]


def of_pixels(
    pixels: Grey,
    *,
    width: int | None = None,
    height: int | None = None,
    digest: Callable[[], str] | None = None,
    pages: int = 1,
) -> Picture:
    """The working picture of a page from its pixels, uint8 (h, w) or RGB (h, w, 3), in full or not much smaller."""
    grey, colour = pixels, None
    if pixels.ndim == 3:  # noqa: PLR2004
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        colour = _chromas(pixels)
    working = shrink(grey, WORKING)
    document, written = kind(working)
    return Picture(
        width=width or grey.shape[1],
        height=height or grey.shape[0],
        grey=working,
        colour=colour,
        fine=shrink(grey, FINE) if document else None,
        is_written=written,
        digest=digest,
        pages=pages,
    )


def _chromas(pixels: Grey) -> Grey | None:
    """Blue and red difference of an RGB picture at most COLOUR a side; None where it is grey throughout."""
    small = np.asarray(cv2.cvtColor(shrink(pixels, COLOUR), cv2.COLOR_RGB2YCrCb), np.uint8)[..., :0:-1]
    return np.ascontiguousarray(small) if np.abs(small.astype(np.int16) - 128).max() > _COLOURLESS else None


def with_found(picture: Picture, features: Features, type_height: float) -> Picture:
    """``picture`` with what was found in it before, so that it need not be found again."""
    return replace(picture, _features=[features], _type=[type_height])


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
        colour=None if picture.colour is None else _turned(picture.colour, form),
        fine=None if picture.fine is None else _turned(picture.fine, form),
        digest=None,
        _features=[],
        _type=[],
        _detail=[],
    )


def _turned(grey: Grey, form: int) -> Grey:
    mirrored = grey[:, ::-1] if form >= 4 else grey  # noqa: PLR2004  # eight forms, four of them mirrored
    return np.ascontiguousarray(np.rot90(mirrored, form % 4))


def detail(grey: Grey) -> float:
    """Standard deviation of a picture against itself at a sixteenth of its size, noise smoothed away."""
    size = tuple(max(1, round(side / _SLOW)) for side in grey.shape[::-1])
    light = cv2.resize(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), grey.shape[::-1]).astype(np.float32)
    smooth = cv2.GaussianBlur(grey, (0, 0), _NOISE).astype(np.float32)
    return float((smooth - light).std())


def type_height(fine: Grey) -> float:
    """Height in pixels that three in five of the signs on a page reach or exceed; 0 where there are hardly any.

    A sign is a connected piece of ink, neither a line nor a speck. Of blurred type that has run together it is the
    height of the words, which is not less.
    """
    grey = np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.7), np.uint8)
    small = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    paper = cv2.morphologyEx(
        cv2.resize(grey, small, interpolation=cv2.INTER_AREA), cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8)
    )
    ink = cv2.subtract(cv2.resize(cv2.GaussianBlur(paper, (0, 0), 3), grey.shape[::-1]), grey)
    deep = _DEEP * float(np.percentile(ink[::3, ::3], 99.5))
    joined = cv2.morphologyEx((ink > deep).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(joined)
    width, height, area = boxes[1:, 2], boxes[1:, 3], boxes[1:, 4]
    signs = (height >= _LOWEST) & (height <= _HIGHEST) & (width <= _LONGEST_WORD * height) & (width >= 0.12 * height)
    heights = height[signs & (area >= 0.12 * width * height)]
    return float(np.percentile(heights, 40)) if len(heights) >= _FEWEST_SIGNS else 0.0


def find_features(grey: Grey) -> Features:
    """ORB keypoints and descriptors of a working picture; none of one so narrow that all of it is rim."""
    if min(grey.shape) <= _ORB_PATCH:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
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


def kind(grey: Grey) -> tuple[bool, bool]:
    """Whether a working picture is a document, and whether it is clearly written: strokes on one ground and no more."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.uint8)
    slope = cv2.magnitude(*gradient(smooth.astype(np.float32)))
    values = np.bincount(smooth[slope < _FLAT], minlength=256)
    near = np.convolve(values, np.ones(2 * _GROUND_WIDTH + 1), mode="same")
    level, ground = int(near.argmax()), float(near.max()) / grey.size
    if level < _DARK:
        smooth, level = np.asarray(cv2.bitwise_not(smooth), np.uint8), 255 - level
    closed = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8)), np.uint8)
    ink = cv2.subtract(closed, smooth)
    faint = _FAINT if max(grey.shape) < _THUMBNAIL else 1.0
    strokes = np.count_nonzero(ink > _STROKE_DEPTH * faint) / grey.size
    if strokes < _FEWEST_STROKES:
        return False, False
    near_ground = np.abs(closed.astype(np.int16) - level) <= _GROUND_REACH
    depth = np.where(ink > _INK_DEPTH * faint, ink, 0).astype(np.float32)
    on_ground = float(depth[near_ground].sum() / depth.sum())
    paper = float(near_ground.mean())
    flat = float((cv2.magnitude(*gradient(closed.astype(np.float32))) < _FLAT).mean())
    drawn = (ground >= _GROUND or strokes >= _DENSE) and on_ground >= _ON_GROUND and paper >= _PAPER
    return bool(drawn or flat >= _FLAT_FILLS), bool(drawn and on_ground >= _CLEARLY and paper >= _CLEARLY_PAPER)
