"""JPEG files with EXIF, written so that the same picture is always the same bytes.

EXIF is a TIFF file in an APP1 segment (CIPA DC-008, EXIF 2.32); it is put together here because Pillow's writer takes
as long for it as the JPEG encoder for the picture.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from dedup_assets.sample.pictures.noise import Picture

CAMERAS = (("Larkspur", "L9"), ("Nimbus", "Field Camera 4"), ("Corvid", "C200"), ("Larkspur", "L11 Pro"))
BYTE, TEXT, SHORT, LONG, RATIONAL, RAW = 1, 2, 3, 4, 5, 7  # TIFF field types
WIDTHS = {BYTE: 1, TEXT: 1, SHORT: 2, LONG: 4, RATIONAL: 8, RAW: 1}
MAKE, MODEL, ORIENTATION, EXIF, GPS = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825
TAKEN, OFFSET, COMMENT = 0x9003, 0x9011, 0x9286
HEADER, ENTRY = 8, 12  # bytes of a TIFF header and of an entry

Entry = tuple[int, int, bytes]  # tag, type, value


def encode(picture: Picture, quality: int, exif: bytes = b"") -> bytes:
    """A baseline JPEG of an RGB picture, with ``exif`` (as ``exif_of`` gives it) in an APP1 segment at its head."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done  # an RGB array of 8 bits can always be encoded
    body = data.tobytes()
    if not exif:
        return body
    payload = b"Exif\x00\x00" + exif
    return body[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + body[2:]


def without_exif(data: bytes) -> bytes:
    """The same JPEG without the APP1 segment that ``encode`` put there: other bytes, equal pixels."""
    return data[:2] + data[4 + struct.unpack(">H", data[4:6])[0] :]


def exif_of(words: Mapping[str, str], draw: np.random.Generator) -> bytes:
    """EXIF with time and camera, and with place and comment if ``words`` has them.

    ``words``: captured (ISO 8601 with offset), latitude and longitude (degrees), comment (ASCII).
    """
    make, model = CAMERAS[int(draw.integers(len(CAMERAS)))]
    captured = words["captured"]
    inner: list[Entry] = [_text(TAKEN, captured[:19].replace("-", ":").replace("T", " ")), _text(OFFSET, captured[19:])]
    if "comment" in words:
        inner.append((COMMENT, RAW, b"ASCII\x00\x00\x00" + words["comment"].encode("ascii")))
    place = _place(float(words["latitude"]), float(words["longitude"])) if "latitude" in words else []
    outer: list[Entry] = [_text(MAKE, make), _text(MODEL, model), (ORIENTATION, SHORT, struct.pack("<H", 1))]
    outer.append((EXIF, LONG, b"\0\0\0\0"))
    if place:
        outer.append((GPS, LONG, b"\0\0\0\0"))
    inner_at = HEADER + len(_directory(outer, 0))
    place_at = inner_at + len(_directory(inner, 0))
    outer[3] = (EXIF, LONG, struct.pack("<I", inner_at))
    if place:
        outer[4] = (GPS, LONG, struct.pack("<I", place_at))
    body = _directory(outer, HEADER) + _directory(inner, inner_at) + (_directory(place, place_at) if place else b"")
    return b"II*\x00" + struct.pack("<I", HEADER) + body


def _text(tag: int, value: str) -> Entry:
    return tag, TEXT, value.encode("ascii") + b"\0"


def _directory(entries: Sequence[Entry], at: int) -> bytes:
    """One image file directory, ``at`` bytes into the TIFF: entries in the order of their tags, then long values."""
    head, tail = struct.pack("<H", len(entries)), b""
    values_at = at + 2 + ENTRY * len(entries) + 4
    for tag, kind, value in sorted(entries):
        head += struct.pack("<HHI", tag, kind, len(value) // WIDTHS[kind])
        if len(value) <= 4:  # bytes that fit into the entry itself
            head += value.ljust(4, b"\0")
        else:
            head += struct.pack("<I", values_at + len(tail))
            tail += value + b"\0" * (len(value) % 2)
    return head + b"\0\0\0\0" + tail


def _place(latitude: float, longitude: float) -> list[Entry]:
    return [
        (0, BYTE, bytes((2, 3, 0, 0))),
        _text(1, "N" if latitude >= 0 else "S"),
        (2, RATIONAL, _degrees(abs(latitude))),
        _text(3, "E" if longitude >= 0 else "W"),
        (4, RATIONAL, _degrees(abs(longitude))),
    ]


def _degrees(value: float) -> bytes:
    """Degrees, minutes, and seconds to a thousandth (3 cm)."""
    thousandths = round(value * 3_600_000)
    return struct.pack("<6I", thousandths // 3_600_000, 1, thousandths // 60_000 % 60, 1, thousandths % 60_000, 1000)
