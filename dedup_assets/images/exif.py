"""When and where a photograph was taken, as its EXIF says.

Put here the reading of tags. Keep out judging them: a clock that was never set is a fact about the camera.
Tags: CIPA DC-008 (EXIF 2.32), tables 4 and 15. Anything that is not a plain date or a position on Earth is no fact.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dedup_assets.images.tiffdir import TiffDirectories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    _Tags = Mapping[int, object]

ORIENTATION = 0x0112
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
# Time and its offset: taken, digitised, and last the time of the file, which is all that some scanners write
_TIMES = ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010))
_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
_UPRIGHT, _LAST_ORIENTATION = 1, 8
_LATITUDE, _LONGITUDE = (2, 1), (4, 3)
_FIRST = (ORIENTATION, _EXIF_DIRECTORY, _GPS_DIRECTORY, *(tag for pair in _TIMES for tag in pair))
_INNER = tuple(tag for pair in _TIMES for tag in pair)
_ERROR = 31  # GPSHPositioningError: how many metres the receiver itself says it may be off
_PLACE = (*_LATITUDE, *_LONGITUDE, _ERROR)
# What Pillow raises on damaged tags (it parses lazily, so any access can)
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError)


@dataclass(frozen=True)
class Exif:
    """``captured_at``: ISO 8601, with offset where there is one. Degrees are WGS84, north and east positive.

    ``error_m``: horizontal error of the position in metres, where the receiver states one.
    """

    orientation: int = _UPRIGHT
    captured_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    error_m: float | None = None


def read_exif(image: Image.Image) -> Exif:
    """The facts that ``image`` carries. Damaged EXIF gives what can be read of it, and never an error."""
    block = image.info.get("exif")
    first, inner, place = _from_block(block) if isinstance(block, bytes) else _from_pillow(image)
    orientation = first.get(ORIENTATION, _UPRIGHT)
    if ORIENTATION not in first and "xmp" in image.info:
        orientation = _from_pillow(image)[0].get(ORIENTATION, _UPRIGHT)
    if not isinstance(orientation, int) or not _UPRIGHT <= orientation <= _LAST_ORIENTATION:
        orientation = _UPRIGHT
    latitude, longitude = _position(place)
    error_m = None if latitude is None else _metres(place.get(_ERROR))
    return Exif(orientation, _captured_at({**first, **inner}), latitude, longitude, error_m)


def _from_block(block: bytes) -> tuple[_Tags, _Tags, _Tags]:
    """Tags of the first directory, of EXIF's own and of the place."""
    directories = TiffDirectories(block)
    first = directories.first(_FIRST)
    inner = directories.at(first.get(_EXIF_DIRECTORY), _INNER)
    return first, inner, directories.at(first.get(_GPS_DIRECTORY), _PLACE)


def _from_pillow(image: Image.Image) -> tuple[_Tags, _Tags, _Tags]:
    """As ``_from_block`` where EXIF is no block of bytes: in TIFF, in text chunks of PNG, in XMP."""
    try:
        tags = image.getexif()
        return dict(tags), dict(tags.get_ifd(_EXIF_DIRECTORY)), dict(tags.get_ifd(_GPS_DIRECTORY))
    except _DAMAGE:
        return {}, {}, {}


def _captured_at(tags: _Tags) -> str | None:
    for time_tag, offset_tag in _TIMES:
        found = _DATE.match(_text(tags.get(time_tag)))
        if not found:
            continue
        try:
            year, month, day, hour, minute, second = map(int, found.groups())
            # cameras write local time; its offset, where there is one, follows
            moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
        except ValueError:  # 0000:00:00, 2021:02:30
            continue
        offset = _OFFSET.match(_text(tags.get(offset_tag)))
        return moment.isoformat() + (f"{offset[1]}{offset[2]}:{offset[3]}" if offset else "")
    return None


def _position(tags: _Tags) -> tuple[float | None, float | None]:
    """Latitude and longitude; both or neither. Without hemisphere letters there is no position, only a guess at one."""
    latitude, longitude = (
        _degrees(tags.get(value), _text(tags.get(letter)), letters, limit)
        for (value, letter), letters, limit in ((_LATITUDE, "NS", 90), (_LONGITUDE, "EW", 180))
    )
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):  # cameras write 0, 0 without a fix
        return None, None
    return latitude, longitude


def _degrees(value: object, reference: str, letters: str, limit: int) -> float | None:
    letter = reference[:1].upper()
    if not letter or letter not in letters or not isinstance(value, tuple | list) or not value:
        return None
    try:
        # degrees, minutes, seconds; what follows them is no part of an angle
        degrees = math.fsum(float(part) / scale for part, scale in zip(value, (1, 60, 3600), strict=False))
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not math.isfinite(degrees) or not 0 <= degrees <= limit:
        return None
    return round(-degrees if letter == letters[1] else degrees, 7)  # 7 digits are a centimetre


def _metres(value: object) -> float | None:
    """A distance; zero and less are how some cameras write that they do not know."""
    if isinstance(value, tuple | list):
        value = value[0] if value else None
    try:
        metres = float(value)  # type: ignore[arg-type]  # whatever stands there; what is no number is no fact
    except (TypeError, ValueError, ArithmeticError):
        return None
    return round(metres, 2) if math.isfinite(metres) and metres > 0 else None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""
