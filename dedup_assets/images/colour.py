"""Any pixel mode to colour as it is seen: RGB of 8 bits, or grey where the page has no colour.

Put here colour. Keep out grey (``grey.py``), which must agree: the luma of what comes from here is what comes from
there.
"""

from __future__ import annotations

from PIL import Image

from dedup_assets.images.grey import holds_numbers, in_bands, to_grey, to_rgb

_GREY = ("1", "L", "LA", "La")


def to_colour(image: Image.Image) -> Image.Image:
    """``image`` (loaded, any mode) as mode RGB, or L where its mode knows no colour, of the same size."""
    if image.mode in _GREY or holds_numbers(image):
        return to_grey(image)
    return image if image.mode == "RGB" and "transparency" not in image.info else to_rgb(image)


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """As ``to_colour``, and with at most ``longest`` pixels on the longest side; never enlarged.

    Whole blocks of pixels are averaged first, so that the picture in full exists once, as it was decoded.
    """
    if holds_numbers(image):
        image = to_grey(image)
    block = max(1, max(image.size) // longest)
    smaller = in_bands(image, lambda band: _averaged(to_colour(band), block), block)
    scale = longest / max(image.size)
    if scale >= 1:
        return smaller
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return smaller if smaller.size == size else smaller.resize(size, Image.Resampling.HAMMING)


def _averaged(image: Image.Image, block: int) -> Image.Image:
    return Image.Image.reduce(image, block) if block > 1 else image  # a JPEG 2000 has a number of that name
