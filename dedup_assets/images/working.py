"""The pixels of one page for whoever looks closely: shrunk for verification, in full for equality.

Put here what `matching` takes from an image beside its fingerprint. Keep out how formats are opened (``decode.py``) and
what is concluded from pixels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from dedup_assets.images.colour import shrunk, to_colour
from dedup_assets.images.decode import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup_assets.images.decode import Picture
    from dedup_assets.images.limits import Limits

_BAND_ROWS = 256
_BYTE, _SHORT = 255, 65535
_SIDEWAYS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
)
# Turns after which what was last in the file comes first: its last row, or (sideways) its last column
_LAST_FIRST = (
    Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_90,
)  # fmt: skip


@dataclass(frozen=True)
class WorkingPage:
    """``width`` and ``height`` of the page in full (pixels, of a document points), upright.

    ``pixels``: uint8, RGB (h, w, 3), or (h, w) where the page knows no colour; upright, smaller than the page or not.
    """

    width: int
    height: int
    pixels: NDArray[np.uint8]


def working_pixels(data: bytes, page: int, limits: Limits, longest: int) -> WorkingPage:
    """Page ``page`` (from 0) of the file ``data``, upright, with at most ``longest`` pixels on its longest side.

    Colour is what is seen, as in ``grey.py``: CMYK, palettes and CIELAB as RGB, transparent parts white, 16-bit and
    float pictures as 8-bit grey. A JPEG and a JPEG 2000 are decoded at a fraction of their size, a document is drawn
    at the size that is wanted.

    Raises UnreadableError with a reason of ``reasons.UNREADABLE``, MemoryError when memory runs out.
    """
    opened = open_image(data, limits)
    picture = opened.picture(page, longest)
    with opened.guard():
        image = shrunk(picture.image, longest)
        if picture.turn is not None:
            image = image.transpose(picture.turn)
        return WorkingPage(picture.width, picture.height, np.asarray(image))


def pixel_digest(data: bytes, page: int, limits: Limits) -> str:
    """sha256 (hex) over width, height, the class of the pixels, and every pixel of a page, upright and in full.

    Equal for equal pixels in different formats: grey is RGB of three equal channels, 1-bit is black and white.
    Classes keep apart what only looks alike: 16-bit grey, other numbers, float and CMYK are taken as they are. What is
    deeper than 8 bits a colour is compared at 8, which is all that is decoded of it. A document has no pixels: its page
    is drawn at 150 dots an inch (a large one at fewer), and is equal only to pages of documents.

    Raises UnreadableError with a reason of ``reasons.UNREADABLE``, MemoryError when memory runs out.
    """
    opened = open_image(data, limits)
    picture = opened.picture(page, None)
    with opened.guard():
        kind, layout = _class(picture)
        digest = hashlib.sha256(f"{picture.width} {picture.height} {kind}\n".encode())
        for band in _bands(picture):
            pixels = to_colour(band).convert("RGB") if layout is None else band
            digest.update(np.ascontiguousarray(np.asarray(pixels), layout).data)
        return digest.hexdigest()


def _class(picture: Picture) -> tuple[str, str | None]:
    """The class of a picture's pixels, and the layout of its numbers where they are not hashed as they are seen."""
    mode = picture.image.mode
    if picture.rendered:
        return "drawn", None
    if mode == "CMYK":
        return "cmyk", "u1"
    if mode == "F":
        return "float", "<f4"
    if mode == "I":
        low, high = cast("tuple[float, float]", picture.image.getextrema())  # one channel
        if low < 0 or high > _SHORT:
            return "numbers", "<i4"
        return ("seen", None) if high <= _BYTE else ("16-bit", "<u2")
    return ("16-bit", "<u2") if mode.startswith("I;16") else ("seen", None)


def _bands(picture: Picture) -> Iterator[Image.Image]:
    """The picture upright, some rows at a time, from the first to the last; never all of it a second time."""
    width, height = picture.image.size
    sideways = picture.turn in _SIDEWAYS
    length = width if sideways else height
    for first in range(0, length, _BAND_ROWS):
        last = min(first + _BAND_ROWS, length)
        start, end = (length - last, length - first) if picture.turn in _LAST_FIRST else (first, last)
        band = picture.image.crop((start, 0, end, height) if sideways else (0, start, width, end))
        yield band if picture.turn is None else band.transpose(picture.turn)
