"""PDF plans: each page rendered by pdfium, to grey or in colour.

Put here pages of documents. Keep out pictures inside them: a plan is judged as it is seen.
"""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw
from PIL import Image

from dedup_assets.images.decode import Page, Picture
from dedup_assets.images.exif import Exif
from dedup_assets.images.reasons import UnreadableError

if TYPE_CHECKING:
    from dedup_assets.images.limits import Limits

# Pixels of the shorter side, and at most of the longer: enough that lines of a plan are grey and not gone at 64 x 64
_SHORT, _LONG = 512, 4096
# For equality: small print is legible at 150 dots an inch; the longest side that is drawn
_DOTS, _POINTS, _LONGEST = 150, 72, 8192


class PdfFile:
    """An opened document. Sizes are in points of 1/72 inch, one pixel each."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Raises UnreadableError when the document is encrypted or has too many pages."""
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise UnreadableError("encrypted") from error
            raise
        self.frames = len(self._document)
        if self.frames < 1:
            raise UnreadableError("corrupt")
        if self.frames > limits.max_frames:
            raise UnreadableError("too_many_frames")
        self._document.init_forms()  # what was filled into the fields of a form is drawn only then

    def page(self, number: int) -> Page:
        """Render page ``number`` on white, in grey."""
        page, width, height = self._sized(number)
        grey = _rendered(page, min(_SHORT / min(width, height), _LONG / max(width, height)), "L")
        return Page(*_pixels(width, height), grey, grey)

    def picture(self, number: int, longest: int | None) -> Picture:
        """Render page ``number`` on white, in colour; ``longest`` None: at ``_DOTS`` an inch."""
        page, width, height = self._sized(number)
        most = max(width, height)
        scale = min(_DOTS / _POINTS, _LONGEST / most) if longest is None else longest / most
        return Picture(*_pixels(width, height), _rendered(page, scale, "RGB"), rendered=True)

    def _sized(self, number: int) -> tuple[pypdfium2.PdfPage, float, float]:
        page = self._document[number]
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
            raise UnreadableError("corrupt")
        return page, width, height

    def exif(self) -> Exif:
        """Nothing: a document's dates are those of the document."""
        return Exif()


def _pixels(width: float, height: float) -> tuple[int, int]:
    return max(1, round(width)), max(1, round(height))


def _rendered(page: pypdfium2.PdfPage, scale: float, mode: str) -> Image.Image:
    """The page on white in ``mode`` (L or RGB), ``scale`` pixels a point. The page is closed."""
    bitmap = page.render(scale=scale, grayscale=mode == "L", rev_byteorder=mode == "RGB")
    pixels = ctypes.string_at(bitmap.buffer, bitmap.stride * bitmap.height)
    image = Image.frombytes(mode, (bitmap.width, bitmap.height), pixels, "raw", mode, bitmap.stride)
    bitmap.close()
    page.close()
    return image
