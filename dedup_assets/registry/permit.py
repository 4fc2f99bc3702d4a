"""LADBS permit numbers (PCIS): ``YYTTT-OSSSS-NNNNN``.

Year of application (2), application type (3), office (1), supplement (4, ``0000`` is the original), sequence (5).
Inspections print blanks for dashes, exports fifteen bare digits. An original and its supplements are one *family*: the
same year, type and sequence (14,471 of 14,471 public permits fit; no two originals share a family).
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from dedup_assets.registry import numeral
from dedup_assets.registry.identity import DIGITS_LOST, FLOAT, LEADING_ZEROS, SEPARATORS, Identity, Known, Reader
from dedup_assets.registry.numeral import was_number
from dedup_assets.registry.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANONICAL = re.compile(r"[0-9]{5}-[0-9]{5}-[0-9]{5}")
_SEPARATOR = r"[-\s./_]{0,3}"
_DIVIDED = re.compile(_SEPARATOR.join(rf"([0-9]{{{width}}})" for width in (2, 3, 1, 4, 5)))
_PART = r"([0-9]{1,5})(?:\.0+)?"
_PARTS = re.compile(rf"{_PART}[-\s/_]{{1,3}}{_PART}[-\s/_]{{1,3}}{_PART}")
_DIGITS = 15
_PART_DIGITS = 5
_SHORTEST = 7  # digits left of 00001-10000-00001 when each part lost its zeros
# A fifteen-digit number that is a single-precision float lies on a grid of 2^23 or wider: never by chance.
_CHANCE = 2**16


def parse(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as a permit number, against the permits of the registry.

    ``16010-10000-01234``, ``16010 10000 01234`` and ``160101000001234`` are ok; ``1010-20001-2726`` and
    ``10102000102726`` (zeros lost) are repaired when the registry holds exactly one permit that they can be, ambiguous
    otherwise.
    """
    reader = Reader("permit", raw, known)
    if _CANONICAL.fullmatch(raw):
        return reader.whole(raw)
    text, repairs = clean(raw)
    if text and not text.strip("*- "):
        return reader.unresolved(repairs) if "*" in text else reader.malformed()
    if _CANONICAL.fullmatch(text):
        return reader.whole(text, repairs)
    if divided := _DIVIDED.fullmatch(text):
        return reader.whole(_dashed("".join(divided.groups())), [*repairs, SEPARATORS])
    return _from_parts(reader, text, repairs) or _from_number(reader, text, repairs)


def family(permit_number: str) -> str:
    """``YYTTT-NNNNN``: what an original and its supplements share. ``permit_number`` is canonical."""
    return f"{permit_number[:6]}{permit_number[12:]}"


def is_supplement(permit_number: str) -> bool:
    """Whether the canonical number's supplement is not ``0000``."""
    return permit_number[7:11] != "0000"


def variants(permit_number: str) -> Iterator[int]:
    """The whole numbers that a canonical permit number turns into: intact, and with zeros of its parts lost."""
    first, office, last = permit_number.split("-")
    return iter({int(f"{a}{office}{b}") for a, b in product((first, int(first)), (last, int(last)))})


def _dashed(digits: str) -> str:
    return f"{digits[:5]}-{digits[5:10]}-{digits[10:]}"


def _from_parts(reader: Reader, text: str, repairs: list[str]) -> Identity | None:
    """Three parts that are still apart, each padded on its own: one reading, which the registry must hold."""
    found = _PARTS.fullmatch(text)
    if not found:
        return None
    floats = [FLOAT] if "." in text else []
    parts = found.groups()
    reading = "-".join(part.zfill(_PART_DIGITS) for part in parts)
    if all(len(part) == _PART_DIGITS for part in parts):
        return reader.whole(reading, [*repairs, *floats])
    if not all(was_number(part, _PART_DIGITS) for part in parts):
        return reader.malformed()
    return reader.supported({reading}, [*repairs, *floats, LEADING_ZEROS])


def _from_number(reader: Reader, text: str, repairs: list[str]) -> Identity:
    number = numeral.read(text)
    if number is None:
        return reader.malformed()
    repairs = [*repairs, *number.repairs]
    digits = str(number.value)
    if not _SHORTEST <= len(digits) <= _DIGITS:
        return reader.malformed()
    if number.step > 1:
        return reader.narrowed(reader.near(*number.bounds), repairs)
    exact = {_dashed(digits)} if len(digits) == _DIGITS else set(_readings(digits))
    return (
        _from_single(reader, number, exact, [*repairs, DIGITS_LOST])
        or (len(digits) == _DIGITS and reader.whole(_dashed(digits), [*repairs, SEPARATORS]))
        or reader.supported(exact, [*repairs, LEADING_ZEROS])
    )


def _from_single(reader: Reader, number: numeral.Numeral, exact: set[str], repairs: list[str]) -> Identity | None:
    """A number that has, or may have, passed a 32-bit float: what it says to the last digit is then not the permit."""
    step = number.single_step
    if step == 1 or (reader.known and any(each in reader.known for each in exact)):
        return None
    low, high = number.value - step, number.value + step
    if step > _CHANCE:
        return reader.narrowed(reader.near(low, high), repairs)
    return reader.doubted(exact, low, high, repairs)


def _readings(digits: str) -> Iterator[str]:
    """Every permit number that prints as ``digits``: zeros lost in front of the whole, or of each part."""
    yield _dashed(digits.zfill(_DIGITS))
    for at in range(1, _PART_DIGITS + 1):
        # An office is never 0, so the part in the middle keeps its length.
        first, office, last = digits[:at], digits[at : at + _PART_DIGITS], digits[at + _PART_DIGITS :]
        fit = 1 <= len(last) <= _PART_DIGITS and office[0] != "0"
        if fit and was_number(first, _PART_DIGITS) and was_number(last, _PART_DIGITS):
            yield f"{first.zfill(_PART_DIGITS)}-{office}-{last.zfill(_PART_DIGITS)}"
