"""The one canonical decode: bytes in, upright 8-bit grey pages out, or a reason.

Put here how a file is opened and its pages are decoded. Keep out pixel modes (``grey.py``, ``colour.py``), PDF
(``pdf.py``) and what is computed from a page. Any change that can move a pixel is a new ``DECODER`` in
``algorithm.py``.

JPEG and JPEG 2000 are decoded at a fraction of their size by their own decoders. A JPEG is then squeezed to
at most 128 x 128, a quarter of the cost of hashing it from where it is. Measured on 100 photographs and scans against
a full decode: 0.2 of 64 and 1.1 of 256 bits differ (at most 2 and 10), as much as between two sizes of one photograph.
Everything else is decoded in full, so its bits are exactly those of ``imagehash.phash(Image.open(file))``.
"""

from __future__ import annotations

import ctypes
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from dedup_assets.images.endings import ends_early
from dedup_assets.images.exif import Exif, read_exif
from dedup_assets.images.frames import count_frames
from dedup_assets.images.grey import from_white, to_grey
from dedup_assets.images.jpeg2000 import decomposition_levels, has_tiles
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.images.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from dedup_assets.images.limits import Limits
    from dedup_assets.images.pdf import PdfFile
    from dedup_assets.images.sniff import Kind

# Scaled decoding never goes below this: at 128 and 192 pixels the 256-bit hash moves by 1.8 bits, at 256 by 0.3.
_SCALED = 256
_SQUEEZED = 128
_SCALABLE = ("JPEG", "JPEG2000")
# Decoders of files whose every page is a picture of its own; the frames of all others are moments of one picture.
PAGED = ("TIFF", "PDF", "HEIF")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FIRST_SIDEWAYS = 5
_PHOTOMETRIC = 262
# Decoders meet files that nobody foresaw; these are the ways in which Pillow, pdfium and libheif then give up.
# MemoryError is not among them: that is for the worker process, and for a second try in a fresh one.
_GIVES_UP = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError, EOFError,
    AssertionError, BufferError, struct.error, zlib.error, ctypes.ArgumentError,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page: its size in pixels as seen upright, and its canonical form (mode L, upright, maybe smaller).

    ``decoded``: the grey picture that ``grey`` was squeezed from, before ``turn``.
    """

    width: int
    height: int
    grey: Image.Image
    decoded: Image.Image
    turn: Image.Transpose | None = None

    @property
    def detail(self) -> Image.Image:
        """The page as decoded, mode L, upright: at least 256 x 256 where the image has that, for local features."""
        return self.decoded if self.turn is None else self.decoded.transpose(self.turn)


@dataclass(frozen=True)
class Picture:
    """One page in its own mode, loaded; ``turn`` makes it upright. ``width`` and ``height``: of the page, upright.

    ``rendered``: the pixels were made for this size (a document), and the file holds none.
    """

    width: int
    height: int
    image: Image.Image
    turn: Image.Transpose | None = None
    rendered: bool = False


class Opened(Protocol):
    """An opened image file. ``page`` and ``picture`` raise UnreadableError; page 0 is what a viewer shows first.

    ``frames``: pages or frames in the file; ``pages``: how many of them are pages to compare. They are all of a TIFF,
    a document and a HEIF; of an animation, and of a camera's JPEG with a preview behind it, only the first.
    """

    media_type: str
    frames: int
    pages: int

    def page(self, number: int) -> Page:
        """Decode page ``number`` (from 0) to grey, at a fraction of its size where the format can."""

    def picture(self, number: int, longest: int | None) -> Picture:
        """Decode page ``number`` in its own mode, in full or, where the format can, to ``longest`` pixels or more."""

    def exif(self) -> Exif:
        """What its EXIF says; after page 0, because some formats keep it behind the pixels."""

    def guard(self) -> AbstractContextManager[None]:
        """In which a picture of this file is worked on: what Pillow raises there comes out as UnreadableError."""


def open_image(data: bytes, limits: Limits) -> Opened:
    """Open the image file that ``data`` is, by its content. It holds no handle of the system, so nothing is to close.

    Raises UnreadableError with a reason of ``reasons.UNREADABLE``, MemoryError when memory runs out.
    """
    if not data:
        raise UnreadableError("empty_file")
    kind = sniff(data)
    if kind is None:
        raise UnreadableError("not_an_image")
    if kind.decoder is None:
        raise UnreadableError("unsupported")
    return _Guarded(data, kind, limits, _opener(kind.decoder))


class _Guarded:
    """An opened file whose decoder's errors come out as reasons. The caller's own errors stay what they are."""

    def __init__(
        self, data: bytes, kind: Kind, limits: Limits, opener: Callable[[bytes, Limits], _PillowFile | PdfFile]
    ) -> None:
        self._data, self._kind, self._limits = data, kind, limits
        with self.guard():
            self._file = opener(data, limits)
        self.media_type = kind.media_type
        self.frames = self._file.frames
        self.pages = self.frames if kind.decoder in PAGED else 1

    def page(self, number: int) -> Page:
        with self.guard():
            return self._file.page(number)

    def picture(self, number: int, longest: int | None) -> Picture:
        with self.guard():
            return self._file.picture(number, longest)

    def exif(self) -> Exif:
        with self.guard():
            return self._file.exif()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Pillow's own pixel check at our cap and as an error, its other warnings unheard, its errors as reasons."""
        before = Image.MAX_IMAGE_PIXELS
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = self._limits.max_pixels
            try:
                yield
            except (Image.DecompressionBombError, Image.DecompressionBombWarning):
                raise UnreadableError("too_many_pixels") from None
            except _GIVES_UP as error:
                raise UnreadableError(_reason(error, self._data, self._kind)) from error
            finally:
                Image.MAX_IMAGE_PIXELS = before


def _opener(decoder: str) -> Callable[[bytes, Limits], _PillowFile | PdfFile]:
    """What opens a file for ``decoder``. Imports what that needs; an installation that lacks it is no file's fault."""
    if decoder == "PDF":
        from dedup_assets.images.pdf import PdfFile

        return PdfFile
    # One thread for each decoder: the worker processes are the parallelism, and time limits count processor time
    if decoder == "HEIF":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    if decoder == "AVIF":
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return partial(_PillowFile, decoder)


def _reason(error: Exception, data: bytes, kind: Kind) -> str:
    text = str(error).lower()
    told = isinstance(error, EOFError) or any(word in text for word in ("truncated", "end of file", "not enough"))
    return "truncated" if told or ends_early(data, kind) else "corrupt"


def _counts_from_white(image: Image.Image) -> bool:
    """Whether a TIFF says that 0 is white; Pillow heeds it up to 8 bits only."""
    return image.format == "TIFF" and image.tag_v2.get(_PHOTOMETRIC) == 0  # type: ignore[attr-defined]  # every TIFF has


class _PillowFile:
    """What Pillow opened."""

    def __init__(self, decoder: str, data: bytes, limits: Limits) -> None:
        self._data, self._decoder, self._limits = data, decoder, limits
        self._image = image = self._opened()
        self._used = False
        self._check_pixels(image.size)
        if decoder == "JPEG2000" and not has_tiles(data):
            raise UnreadableError("truncated")
        self.frames = count_frames(image, data, limits.max_frames)
        # HEIF: what a viewer shows first need not be the first in the file
        first = image.tell()
        self._order = [first, *(number for number in range(self.frames) if number != first)]
        self._exif: Exif | None = None

    def page(self, number: int) -> Page:
        picture = self._loaded(number, "L", (_SCALED, _SCALED))
        grey = decoded = to_grey(picture.image)
        if grey is picture.image and self.frames > 1:
            grey = decoded = grey.copy()  # the next page would take its place
        if self._decoder == "JPEG":
            squeezed = (min(_SQUEEZED, grey.width), min(_SQUEEZED, grey.height))
            grey = grey.resize(squeezed, Image.Resampling.BILINEAR)
        if picture.turn is not None:
            grey = grey.transpose(picture.turn)
        return Page(picture.width, picture.height, grey, decoded, picture.turn)

    def picture(self, number: int, longest: int | None) -> Picture:
        if longest is None:
            return self._loaded(number, None, None)
        self._at(number)
        width, height = self._image.size
        scale = min(1.0, longest / max(1, width, height))
        return self._loaded(number, None, (max(1, round(width * scale)), max(1, round(height * scale))))

    def _loaded(self, number: int, mode: str | None, least: tuple[int, int] | None) -> Picture:
        """Page ``number``, asked of its decoder in ``mode`` and not smaller than ``least`` (None: as it is)."""
        image = self._at(number)
        self._used = True
        self._check_pixels(image.size)
        scaled = self._scale(image, mode, least) if least else None
        full = image.size if scaled is None else scaled
        image.load()
        if scaled is None:
            full = image.size  # TIFF turns its pixels itself, HEIF learns its size
            self._check_pixels(full)
        self._exif = self._exif or read_exif(image)
        orientation = (self._exif if number == 0 else read_exif(image)).orientation
        if orientation >= _FIRST_SIDEWAYS:
            full = (full[1], full[0])
        if image.mode.startswith("I;16") and _counts_from_white(image):
            image = from_white(image)
        return Picture(*full, image, _TURNS.get(orientation))

    def _at(self, number: int) -> Image.Image:
        """The file at page ``number``, not loaded yet."""
        backwards = self._order[number] < self._image.tell()
        if self._used and (backwards or self._decoder in _SCALABLE):
            # Pillow would decode this page at the scale of the one before; and it cannot go back in every format
            self._image, self._used = self._opened(), False
        if self._order[number] != self._image.tell():
            self._image.seek(self._order[number])
        return self._image

    def exif(self) -> Exif:
        return self._exif or read_exif(self._image)

    def _opened(self) -> Image.Image:
        return Image.open(BytesIO(self._data), formats=(self._decoder,))

    def _scale(self, image: Image.Image, mode: str | None, least: tuple[int, int]) -> tuple[int, int] | None:
        """Ask the decoder for a smaller picture where it can give one; the full size then, else None."""
        full = image.size
        if self._decoder == "JPEG":
            image.draft(mode, least)
        elif self._decoder == "JPEG2000":
            halvings = min(full[0] // least[0], full[1] // least[1]).bit_length() - 1
            halvings = max(0, min(halvings, decomposition_levels(self._data)))
            image.reduce = halvings  # type: ignore[method-assign, assignment]  # on this class Pillow has a number
        return full if self._decoder in _SCALABLE else None

    def _check_pixels(self, size: tuple[int, int]) -> None:
        if size[0] * size[1] > self._limits.max_pixels:
            raise UnreadableError("too_many_pixels")
