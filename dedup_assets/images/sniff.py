"""What kind of file bytes are, told from the bytes: names and extensions lie.

Put here signatures. Keep out decoding. The table of accepted kinds is the allow-list: nothing else is decoded.
Signatures: each format's own specification, as collected in the IANA media type registrations and file(1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 1024


@dataclass(frozen=True)
class Kind:
    """A kind of file. ``decoder`` is Pillow's name for the format, "PDF", or None when the kind is not accepted."""

    media_type: str
    decoder: str | None


_PREFIXES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind("image/jpeg", "JPEG")),
    (b"\x89PNG\r\n\x1a\n", Kind("image/png", "PNG")),
    (b"GIF87a", Kind("image/gif", "GIF")),
    (b"GIF89a", Kind("image/gif", "GIF")),
    (b"II*\0", Kind("image/tiff", "TIFF")),
    (b"MM\0*", Kind("image/tiff", "TIFF")),
    (b"II+\0", Kind("image/tiff", "TIFF")),  # BigTIFF
    (b"MM\0+", Kind("image/tiff", "TIFF")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind("image/jp2", "JPEG2000")),
    (b"\xff\x4f\xff\x51", Kind("image/j2c", "JPEG2000")),
    (b"%PDF-", Kind("application/pdf", "PDF")),
    (b"8BPS", Kind("image/vnd.adobe.photoshop", None)),
    (b"%!PS", Kind("application/postscript", None)),
    (b"\xc5\xd0\xd3\xc6", Kind("application/postscript", None)),
    (b"\0\0\1\0", Kind("image/vnd.microsoft.icon", None)),
    (b"\0\0\2\0", Kind("image/vnd.microsoft.icon", None)),
    (b"icns", Kind("image/icns", None)),
    (b"DDS ", Kind("image/vnd-ms.dds", None)),
    (b"qoif", Kind("image/qoi", None)),
    (b"\xff\x0a", Kind("image/jxl", None)),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Kind("image/jxl", None)),
    (b"SIMPLE  =", Kind("image/fits", None)),
    (b"P7\n", Kind("image/x-portable-arbitrarymap", None)),
    (b"/* XPM */", Kind("image/x-xpixmap", None)),
    (b"\x59\xa6\x6a\x95", Kind("image/x-sun-raster", None)),
    (b"\x01\xda", Kind("image/sgi", None)),
    (b"AT&TFORM", Kind("image/vnd.djvu", None)),
    (b"AC10", Kind("image/vnd.dwg", None)),
    (b"\x1aE\xdf\xa3", Kind("video/webm", None)),
)
_BRANDS = {
    b"avif": Kind("image/avif", "AVIF"),
    b"avis": Kind("image/avif", "AVIF"),
    b"heic": Kind("image/heic", "HEIF"),
    b"heix": Kind("image/heic", "HEIF"),
    b"heim": Kind("image/heic", "HEIF"),
    b"heis": Kind("image/heic", "HEIF"),
    b"hevc": Kind("image/heic-sequence", "HEIF"),
    b"hevx": Kind("image/heic-sequence", "HEIF"),
    b"jp2 ": Kind("image/jp2", "JPEG2000"),
}
_GENERIC_BRANDS = (b"mif1", b"msf1", b"mif2", b"miaf")
_VIDEO = Kind("video/mp4", None)
_PATTERNS = (
    # "BM" alone begins many texts; the size of the next header is one of eight
    (re.compile(rb"\ABM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL), Kind("image/bmp", "BMP")),
    (re.compile(rb"\ARIFF.{4}WEBP", re.DOTALL), Kind("image/webp", "WEBP")),
    (re.compile(rb"\AP[1-6Ff][\s#]"), Kind("image/x-portable-anymap", "PPM")),
    (re.compile(rb"<svg[\s>]"), Kind("image/svg+xml", None)),
    # Readers accept up to 1,024 bytes before the header of a PDF (Adobe's implementation note 13 to ISO 32000)
    (re.compile(rb"%PDF-"), Kind("application/pdf", "PDF")),
)


def sniff(data: bytes) -> Kind | None:
    """The kind of file that ``data`` is, by its beginning; None when it is no known image or document."""
    head = data[:HEAD_BYTES]
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    for pattern, kind in _PATTERNS:
        if pattern.search(head):
            return kind
    return None


def _of_brands(head: bytes) -> Kind:
    """The kind of an ISO base media file: its major brand or, where that is generic, the first known compatible one."""
    end = min(len(head), int.from_bytes(head[:4], "big"))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4))]
    known = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if brands[0] in _BRANDS or (brands[0] in _GENERIC_BRANDS and known):
        return known[0]
    return Kind("image/heif", "HEIF") if brands[0] in _GENERIC_BRANDS else _VIDEO
