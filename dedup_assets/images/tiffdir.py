"""A few tags out of a TIFF directory, which is the shape that EXIF has.

Put here the reading of bytes. Keep out what tags mean (``exif.py``). Pillow reads every tag with its maker notes and
makes fractions of them, a third of a millisecond for each photograph; here only what is asked for is looked at.
Layout: TIFF 6.0, section 2. Whatever does not fit the bytes is left out; nothing is an error.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

Value: TypeAlias = "int | str | tuple[float, ...]"

_PREFIX = b"Exif\0\0"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ENTRY_BYTES, _INLINE_BYTES = 12, 4
_TEXT = 2
_WHOLE = {3: "H", 4: "L"}
_FRACTIONS = {5: "LL", 10: "ll"}
_MAX_COUNT = 256  # a date has 20 characters and an angle three fractions


class TiffDirectories:
    """The directories of one EXIF block."""

    def __init__(self, block: bytes) -> None:
        self._data = block.removeprefix(_PREFIX)
        self._order = _ORDERS.get(self._data[:4], "")

    def first(self, wanted: Collection[int]) -> dict[int, Value]:
        """The ``wanted`` tags of the first directory."""
        start = self._numbers("L", 4, 1) if self._order else ()
        return self.at(start[0], wanted) if start else {}

    def at(self, start: object, wanted: Collection[int]) -> dict[int, Value]:
        """The ``wanted`` tags of the directory at byte ``start``: whole numbers, text, or tuples of quotients."""
        count = self._numbers("H", start, 1) if isinstance(start, int) and self._order else ()
        if not count or not isinstance(start, int):
            return {}
        found: dict[int, Value] = {}
        for place in range(start + 2, start + 2 + _ENTRY_BYTES * int(count[0]), _ENTRY_BYTES):
            tag = self._numbers("H", place, 1)
            if not tag:
                break
            if tag[0] in wanted and (value := self._value(place)) is not None:
                found[int(tag[0])] = value
        return found

    def _value(self, place: int) -> Value | None:
        entry = self._numbers("HL", place + 2, 1)
        if not entry:
            return None
        kind, count = entry
        if kind in _WHOLE and count == 1:
            numbers = self._numbers(_WHOLE[kind], place + 8, 1)
            return numbers[0] if numbers else None
        if not 0 < count <= _MAX_COUNT:
            return None
        if kind == _TEXT:
            start = self._numbers("L", place + 8, 1) if count > _INLINE_BYTES else (place + 8,)
            return self._data[start[0] : start[0] + count].decode("ascii", "replace") if start else None
        if kind in _FRACTIONS:
            start = self._numbers("L", place + 8, 1)
            numbers = self._numbers(_FRACTIONS[kind], start[0], count) if start else ()
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            return tuple(above / below if below else float("nan") for above, below in pairs) or None
        return None

    def _numbers(self, layout: str, place: int, count: int) -> tuple[int, ...]:
        """Numbers at byte ``place``; none when the bytes end before."""
        try:
            return struct.unpack_from(self._order + layout * count, self._data, place)
        except struct.error:
            return ()
