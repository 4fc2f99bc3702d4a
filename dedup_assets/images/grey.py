"""Any pixel mode to one: 8-bit grey, black to white, transparent parts white.

Put here what a mode means. Keep out formats (``decode.py``) and colour (``colour.py``). A bare ``convert("L")`` clips
16-bit and float pictures to white and drops transparency; field notes, section 3, have the measured damage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_BYTE, _SHORT = 255, 65535
_BAND_ROWS = 256
_BAND_PIXELS = 1 << 24


def to_grey(image: Image.Image) -> Image.Image:
    """``image`` (loaded, any mode) as mode L of the same size.

    RGB to grey is Pillow's ITU-R 601-2 luma, which is what imagehash does.
    """
    if image.mode == "L" and "transparency" not in image.info:
        return image
    if holds_numbers(image):
        return Image.fromarray(_from_numbers(image))
    if image.mode in ("LAB", "CMYK", "HSV") or image.has_transparency_data:
        return in_bands(image, lambda band: to_rgb(band).convert("L"))
    return image.convert("L")


def holds_numbers(image: Image.Image) -> bool:
    """Whether a pixel is one number of more than 8 bits. What black and white are, only the whole picture tells."""
    return image.mode == "F" or image.mode.startswith("I")


def from_white(image: Image.Image) -> Image.Image:
    """``image`` with 16-bit numbers that count from white to black, turned round."""
    return Image.fromarray(_SHORT - np.asarray(image))


def to_rgb(image: Image.Image) -> Image.Image:
    """``image`` (any mode that holds no numbers) as mode RGB of the same size, as it is seen on white paper."""
    if image.mode == "LAB":
        return _from_lab(image)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, (_BYTE, _BYTE, _BYTE, _BYTE))
        paper.alpha_composite(seen)
        return paper.convert("RGB")
    return image.convert("RGB")


def in_bands(image: Image.Image, work: Callable[[Image.Image], Image.Image], step: int = 1) -> Image.Image:
    """What ``work`` makes of ``image``, done some rows at a time: its copies of a large picture would not fit a worker.

    ``work`` looks at nothing beside a pixel, or beside ``step`` rows; it may make those one.
    """
    rows = max(step, _BAND_PIXELS // max(1, image.width) // step * step)
    if rows >= image.height:
        return work(image)
    done: Image.Image | None = None
    for top in range(0, image.height, rows):
        band = work(image.crop((0, top, image.width, min(top + rows, image.height))))
        if done is None:
            done = Image.new(band.mode, (band.width, -(-image.height // step)))
        done.paste(band, (0, top // step))
    assert done is not None, "a picture has rows"
    return done


def _from_lab(image: Image.Image) -> Image.Image:
    """Pillow converts CIELAB only by profiles. Its L alone would be 20 bits away on a colourful picture."""
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    seen = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert seen is not None, "only a conversion in place gives nothing back"
    return seen


def _from_numbers(image: Image.Image) -> NDArray[np.uint8]:
    """16-bit pixels lose their lower half. 32-bit ones (mode I) hold 8 or 16 bits, or a quantity: their range tells."""
    pixels = np.asarray(image)
    if image.mode == "F":
        return _stretched(pixels)
    if image.mode == "I":
        low, high = int(pixels.min()), int(pixels.max())
        if low < 0 or high > _SHORT:
            return _stretched(pixels)
        if high <= _BYTE:
            return pixels.astype(np.uint8)
    return (pixels >> 8).astype(np.uint8)


def _stretched(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Smallest value black, largest white, what is no number black.

    The hashes do not change under a linear change of brightness, so it makes no difference whether a float picture
    counts from 0 to 1 or in metres. Done in bands: 64-bit copies of a large picture would not fit into a worker.
    """
    bands = [slice(first, first + _BAND_ROWS) for first in range(0, len(pixels), _BAND_ROWS)]
    ranges = [(float(good.min()), float(good.max())) for good in (_finite(pixels[band]) for band in bands) if good.size]
    grey = np.zeros(pixels.shape, np.uint8)
    if not ranges:
        return grey
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    for band in bands:
        values = pixels[band].astype(np.float64)
        values[~np.isfinite(values)] = low
        grey[band] = ((values - low) * (_BYTE / ((high - low) or 1.0))).clip(0, _BYTE)
    return grey


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(values[np.isfinite(values)])
