"""Affine maps between the pixel grids of two pictures, and what they do to pictures.

Put here coordinates. Keep out how a map is found (``align``) and what is compared under it (``residual``).

A map is float64 (2, 3) and takes a column (x, y, 1) of the first grid to a point of the second. Whole numbers are the
centres of pixels, as in OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Real = NDArray[np.float32]
    Colour = NDArray[np.float32]
    Map = NDArray[np.float64]
    Mask = NDArray[np.uint8]

_LAST_ROW = (0.0, 0.0, 1.0)
COLOUR_GRID = 192
# From here on a picture is brought to the other's scale by area before it is warped, so that nothing is skipped over.
_NOTICEABLY_LARGER = 1.15


def stretch(across: float, down: float) -> Map:
    """The map that lays a whole frame on one ``across`` times as wide and ``down`` times as high."""
    return np.array([[across, 0, 0.5 * across - 0.5], [0, down, 0.5 * down - 0.5]], dtype=np.float64)


def onto(first: Grey, second: Grey) -> Map:
    """The map that lays the whole frame of ``first`` on the whole frame of ``second``."""
    return stretch(second.shape[1] / first.shape[1], second.shape[0] / first.shape[0])


def resized(map_: Map, first: tuple[Grey, Grey], second: tuple[Grey, Grey]) -> Map:
    """The same map for other sizes of its two pictures: ``first`` and ``second`` are (as in ``map_``, wanted)."""
    return after(onto(*second), after(map_, onto(first[1], first[0])))


def after(second: Map, first: Map) -> Map:
    """The map that does ``first``, then ``second``."""
    composed: Map = (np.vstack([second, _LAST_ROW]) @ np.vstack([first, _LAST_ROW]))[:2]
    return composed


def inverse(map_: Map) -> Map:
    """The map that leads back. Raises numpy's LinAlgError when there is none."""
    back: Map = np.linalg.inv(np.vstack([map_, _LAST_ROW]))[:2]
    return back


def scale(map_: Map) -> float:
    """How many times as long things are in the second grid."""
    return float(np.sqrt(abs(np.linalg.det(map_[:, :2]))))


def is_plausible(map_: Map, most: float, most_skew: float) -> bool:
    """Whether the map scales at most ``most`` times, and one direction at most ``most_skew`` times more than another.

    A copy is scaled, turned and perhaps squeezed; a map that folds a picture into a stripe was found by accident.
    """
    if not np.isfinite(map_).all():
        return False
    large, small = np.linalg.svd(map_[:, :2], compute_uv=False)
    return bool(small > 0 and 1 / most <= small and large <= most and large <= most_skew * small)


def shrink(picture: Grey, longest: int) -> Grey:
    """``picture`` with its longest side at most ``longest``, averaged by area."""
    height, width = picture.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return picture
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def to_scale(picture: Grey, map_: Map) -> tuple[Grey, Map]:
    """``picture`` (the second grid) brought down to the scale of the first, and the map onto it."""
    factor = scale(map_)
    if factor <= _NOTICEABLY_LARGER:
        return picture, map_
    height, width = picture.shape
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    smaller = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return smaller, after(onto(picture, smaller), map_)


def warp(picture: Grey, map_: Map, shape: tuple[int, ...]) -> Grey:
    """``picture`` (the second grid) as seen on the first grid, of ``shape`` (height, width). Edges go on outside."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(picture, map_, (shape[1], shape[0]), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def warp_colour(colour: Grey | None, map_: Map | None, whole: tuple[int, ...], shape: tuple[int, ...]) -> Colour:
    """float32 (h, w, 2), at most COLOUR_GRID a side: chromas of a picture of shape ``whole`` on a grid of ``shape``.

    ``map_``: grid to picture, None where they are one. 0 where there is no colour.
    """
    factor = min(1.0, COLOUR_GRID / max(shape))
    size = (max(1, round(shape[1] * factor)), max(1, round(shape[0] * factor)))
    if colour is None:
        return np.zeros((size[1], size[0], 2), np.float32)
    here = stretch(shape[1] / size[0], shape[0] / size[1])
    there = stretch(colour.shape[1] / whole[1], colour.shape[0] / whole[0])
    onto_colour = after(there, here if map_ is None else after(map_, here))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(colour, onto_colour, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32) - 128


def overlap(map_: Map, shape: tuple[int, ...], other: tuple[int, ...], margin: int = 1) -> Mask:
    """1 where a pixel of the first grid, of ``shape``, lies ``margin`` pixels inside the second, 0 elsewhere."""
    whole = np.zeros(other, np.uint8)
    whole[margin : other[0] - margin, margin : other[1] - margin] = 1
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(whole, map_, (shape[1], shape[0]), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(seen, np.uint8)


def gradient(picture: Real) -> tuple[Real, Real]:
    """Slopes across and down, in grey levels a pixel (Sobel)."""
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def blur(picture: NDArray[np.generic], sigma: float) -> Real:
    """``picture`` as float32, blurred by a Gaussian of ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32, copy=False), (0, 0), sigma), np.float32)
