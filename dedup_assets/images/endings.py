"""Whether a file that could not be decoded is only the beginning of one.

Put here what formats say about their own length. Keep out decoding: this is asked only after it failed, to tell a
broken transfer (``truncated``) from a broken file (``corrupt``), which have different causes and remedies.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from dedup_assets.images.sniff import Kind

_STRIPS, _TILES = (273, 279), (324, 325)  # offsets and byte counts (TIFF 6.0)
_PDF_TAIL = 2048


def ends_early(data: bytes, kind: Kind) -> bool:
    """Whether ``data``, a file of ``kind``, announces more bytes than it has."""
    if kind.decoder == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if kind.decoder in ("AVIF", "HEIF") or kind.media_type == "image/jp2":
        return _boxes_end_early(data)
    if kind.media_type == "image/j2c":
        return not data.rstrip(b"\0").endswith(b"\xff\xd9")
    if kind.decoder == "PNG":
        return b"IEND" not in data[-64:]
    if kind.decoder == "PDF":
        return b"%%EOF" not in data[-_PDF_TAIL:]
    return kind.decoder == "TIFF" and _tiff_ends_early(data)


def _boxes_end_early(data: bytes) -> bool:
    """Boxes of an ISO base media file (ISO/IEC 14496-12, 4.2); a size of 0 means to the end of the file."""
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 0:
            return False
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        position += max(size, 8)
    return position != len(data)


def _tiff_ends_early(data: bytes) -> bool:
    """The first directory, or a strip or tile that it names, lies beyond the end."""
    order = ">" if data[:2] == b"MM" else "<"
    big = data[2:4] in (b"+\0", b"\0+")
    try:
        (directory,) = struct.unpack_from(order + ("Q" if big else "L"), data, 8 if big else 4)
        if directory >= len(data):
            return True
        with Image.open(BytesIO(data), formats=("TIFF",)) as image:
            tags = dict(image.tag_v2)  # type: ignore[attr-defined]  # every TIFF that Pillow opens has it
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        return False
    pairs = [pair for pair in (_STRIPS, _TILES) if pair[0] in tags and pair[1] in tags]
    blocks = [block for offsets, counts in pairs for block in zip(tags[offsets], tags[counts], strict=False)]
    return any(offset + count > len(data) for offset, count in blocks)
