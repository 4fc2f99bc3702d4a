"""Parcel identification numbers (PIN) of the City's ZIMAS: 13 characters, blanks included, text.

Map sheet (``090A199`` or ``148-5A195``), then the lot number, right-justified with blanks: ``090A199   116``. A PIN
exists only inside the City. Losing the blanks loses nothing, since the width is fixed (9,752 distinct PINs before and
after in the public code-enforcement cases); joining on half-trimmed PINs does.
"""

from __future__ import annotations

import re

from dedup_assets.registry.identity import (
    BLANKS,
    BLANKS_LOST,
    CASE,
    LEADING_ZEROS,
    SEPARATORS,
    ZERO_PADDED,
    Identity,
    Known,
    Reader,
)
from dedup_assets.registry.text import clean

WIDTH = 13
_SHEET_DIGITS = 3
_CANONICAL = re.compile(r"(?=.{13}$)(?:[0-9]{3}[AB][0-9]{3}|[0-9]{3}-[0-9][AB][0-9]{3}) +[1-9][0-9]*")
_LOOSE = re.compile(r"([0-9]{1,3})(?:([-\s._]?)([0-9]))?([AB][0-9]{3})([\s_]*)([0-9]{1,6})")


def parse(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as a PIN, against the PINs of the registry.

    ``090A199   116`` is ok; ``090A199 116`` and ``090A199116`` are repaired, for nothing was lost; ``90A199 116`` is
    repaired when the registry holds the PIN that its zero makes of it, ambiguous otherwise; ``***`` is unresolved.
    """
    reader = Reader("pin", raw, known)
    if _CANONICAL.fullmatch(raw):
        return reader.whole(raw)
    text, repairs = clean(raw)
    if text and not text.strip("*"):
        return reader.unresolved(repairs)
    if text != text.upper():
        text, repairs = text.upper(), [*repairs, CASE]
    found = _LOOSE.fullmatch(text)
    if _CANONICAL.fullmatch(text):
        return reader.whole(text, repairs)
    return _mended(reader, found, repairs) if found else reader.malformed()


def _mended(reader: Reader, found: re.Match[str], repairs: list[str]) -> Identity:
    """A PIN whose parts can be told apart, set to its width again."""
    number, dash, half, column, blanks, lot = found.groups()
    sheet = number.zfill(_SHEET_DIGITS) + (f"-{half}" if half is not None else "") + column
    plain_lot = lot.lstrip("0")
    pin = sheet + plain_lot.rjust(WIDTH - len(sheet))
    if not _CANONICAL.fullmatch(pin):  # a lot too long for its sheet, or none
        return reader.malformed()
    lost = [LEADING_ZEROS] if len(number) < _SHEET_DIGITS else []
    if plain_lot != lot:
        lost.append(ZERO_PADDED)
    if half is not None and dash != "-":
        lost.append(SEPARATORS)
    width = WIDTH - len(sheet) - len(lot)
    if blanks != " " * width and plain_lot == lot:
        repairs = [*repairs, BLANKS_LOST if len(blanks) < width else BLANKS]
    return reader.supported({pin}, [*repairs, *lost]) if lost else reader.whole(pin, repairs)
