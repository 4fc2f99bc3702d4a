"""OpenCV in this package's words: points and colours as numpy gives them, smooth edges, 8-bit pictures.

Put here strokes that any drawing needs. Keep out what is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from dedup_assets.sample.pictures.noise import Floats, Picture

Colour = tuple[float, float, float]  # red, green, blue, 0 to 255
SHIFT = 3  # fractional bits of the coordinates that OpenCV draws with
Fixed = NDArray[np.int32]


def rgb(values: ArrayLike) -> Colour:
    """Three numbers as a colour."""
    red, green, blue = (float(v) for v in np.clip(np.asarray(values), 0, 255))
    return red, green, blue


def point(values: ArrayLike) -> tuple[int, int]:
    """Two numbers as a whole pixel."""
    x, y = (int(v) for v in np.asarray(values))
    return x, y


def fixed(points: ArrayLike) -> Fixed:
    """Points (n, 2) in pixels as OpenCV's fixed-point numbers."""
    return np.asarray(np.round(np.asarray(points, np.float64) * (1 << SHIFT)), np.int32)


def fill(canvas: NDArray[np.uint8], outline: Fixed | None, colour: Colour | float) -> None:
    """Paint an outline of ``fixed`` points with smooth edges; None paints nothing."""
    if outline is not None:
        cv2.fillPoly(canvas, [outline], colour, lineType=cv2.LINE_AA, shift=SHIFT)


def stroke(canvas: NDArray[np.uint8], points: ArrayLike, colour: Colour, thick: float = 1) -> None:
    """An open line through points (n, 2) in pixels, at least one pixel thick."""
    cv2.polylines(
        canvas,
        [fixed(points)],
        isClosed=False,
        color=colour,
        thickness=max(1, round(thick)),
        lineType=cv2.LINE_AA,
        shift=SHIFT,
    )


def cut(values: NDArray[Any]) -> Picture:
    """Any numbers as 8 bits, cut off at 0 and 255."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def lit(picture: Picture, light: ArrayLike) -> Picture:
    """A picture with each colour channel multiplied by a factor."""
    red, green, blue = (float(v) for v in np.asarray(light))
    return np.asarray(cv2.multiply(picture, (red, green, blue, 1.0)), np.uint8)  # type: ignore[call-overload]  # a scalar is a tuple


def resized(picture: Picture, width: int, height: int) -> Picture:
    """A picture in another size."""
    method = cv2.INTER_AREA if width < picture.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.uint8)


def resized_floats(field: Floats, width: int, height: int) -> Floats:
    """A field of numbers in another size."""
    method = cv2.INTER_AREA if width < field.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(field, (width, height), interpolation=method), np.float32)


def blurred(mask: NDArray[np.uint8], sigma: float) -> Floats:
    """A mask of 8 bits as coverage, 0 to 1, with soft edges."""
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32) / np.float32(255)


def grey(field: NDArray[Any]) -> Picture:
    """One 8-bit channel as a picture of three."""
    return np.asarray(cv2.merge([field, field, field]), np.uint8)
