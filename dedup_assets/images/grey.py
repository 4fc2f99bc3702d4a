"""Any pixel mode to one: 8-bit grey, black to white, transparent parts white.

Put here what a mode means. Keep out formats (``decode.py``). A bare ``convert("L")`` clips 16-bit and float pictures to
white and drops transparency; field notes, section 3, have the measured damage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BYTE, _SHORT = 255, 65535
_BAND_ROWS = 256


def to_grey(image: Image.Image) -> Image.Image:
    """``image`` (loaded, any mode) as mode L of the same size.

    RGB to grey is Pillow's ITU-R 601-2 luma, which is what imagehash does.
    """
    if image.mode == "L" and "transparency" not in image.info:
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_from_numbers(image))
    if image.mode == "LAB":
        return _from_lab(image)
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in ("CMYK", "HSV"):
        image = image.convert("RGB")
    return image.convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, (_BYTE, _BYTE, _BYTE, _BYTE))
    paper.alpha_composite(seen)
    return paper.convert("L")


def _from_lab(image: Image.Image) -> Image.Image:
    """Pillow converts CIELAB only by profiles. Its L alone would be 20 bits away on a colourful picture."""
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    seen = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert seen is not None, "only a conversion in place gives nothing back"
    return seen.convert("L")


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
