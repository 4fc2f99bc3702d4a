"""Assessor's parcel numbers (APN, also AIN or AssessorID) of Los Angeles County: ten digits, text.

Map book (4), page (3), parcel (3): ``5056022001``. Published as ``5056-022-001`` as well, and in three columns. There
is no check digit: a transposed digit is read as it stands, and only the registry can tell. ``***`` in page or parcel is
the county's wildcard for many or undetermined parcels. Source: LADBS IDIS FAQ; forms and damages as counted in 14,471
public LADBS permits.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from dedup_assets.registry import dates, numeral
from dedup_assets.registry.identity import (
    DATE_IFIED,
    DIGITS_LOST,
    FLOAT,
    LEADING_ZEROS,
    SEPARATORS,
    ZERO_PADDED,
    Identity,
    Known,
    Reader,
)
from dedup_assets.registry.numeral import was_number
from dedup_assets.registry.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANONICAL = re.compile(r"[2-8][0-9]{9}")  # books 2004 to 7563 in city permits, 8xxx in the east of the county
_DIVIDED = re.compile(r"([2-8][0-9]{3})[-\s./_]{0,3}([0-9]{3})[-\s./_]{0,3}([0-9]{3})")
_WILD_PART = r"[-\s./_]{0,3}(?:[0-9]{1,3}(?:\.0+)?|\*{1,3})"
_WILDCARD = re.compile(rf"[2-8][0-9]{{3}}(?:\.0+)?(?:{_WILD_PART}){{1,2}}|[-\s*]+")
_PART = r"([0-9]{1,3})(?:\.0+)?"
_PARTS = re.compile(rf"([2-8][0-9]{{3}})(?:\.0+)?[-\s/_]{{1,3}}{_PART}[-\s/_]{{1,3}}{_PART}")
_DOTTED_PARTS = re.compile(r"([2-8][0-9]{3})\.([0-9]{1,3})\.([0-9]{1,3})")
_BOOKS = range(2000, 9000)
_FIRST_DIGITS = "2345678"
_DIGITS = 10
_PART_DIGITS = 3  # of page and of parcel
_SHORTEST = 6  # digits left when page and parcel keep one each


def parse(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as an APN, against the APNs of the registry.

    ``5056022001`` and ``5056-022-001`` are ok; ``5056-22-1`` and ``505622001`` are repaired when the registry holds
    exactly one parcel that they can be, ambiguous otherwise; ``5056-022-***`` is unresolved.
    """
    reader = Reader("apn", raw, known)
    if _CANONICAL.fullmatch(raw):
        return reader.whole(raw)
    text, repairs = clean(raw)
    if "*" in text:
        return reader.unresolved(repairs) if _WILDCARD.fullmatch(text) else reader.malformed()
    if divided := _DIVIDED.fullmatch(text):
        return reader.whole("".join(divided.groups()), repairs if text.isdigit() else [*repairs, SEPARATORS])
    return (
        _from_parts(reader, text, repairs) or _from_date(reader, text, repairs) or _from_number(reader, text, repairs)
    )


def variants(apn: str) -> Iterator[int]:
    """The whole numbers that a canonical APN turns into: intact, and with the zeros of page, parcel or both lost."""
    book, page, parcel = apn[:4], apn[4:7], apn[7:]
    pages, parcels = {page, str(int(page))}, {parcel, str(int(parcel))}
    return (int(f"{book}{a}{b}") for a, b in product(pages, parcels))


def _from_parts(reader: Reader, text: str, repairs: list[str]) -> Identity | None:
    """Three parts that are still apart, each padded on its own: one reading, which the registry must hold."""
    found = _PARTS.fullmatch(text) or _DOTTED_PARTS.fullmatch(text)
    if not found:
        return None
    book, page, parcel = found.groups()
    floats = [FLOAT] if ".0" in text and found.re is _PARTS else []
    if len(page) == len(parcel) == _PART_DIGITS:
        return reader.whole(book + page + parcel, [*repairs, *floats, SEPARATORS])
    if not (was_number(page, _PART_DIGITS) and was_number(parcel, _PART_DIGITS)):
        return None
    reading = book + page.zfill(_PART_DIGITS) + parcel.zfill(_PART_DIGITS)
    return reader.supported({reading}, [*repairs, *floats, LEADING_ZEROS])


def _from_date(reader: Reader, text: str, repairs: list[str]) -> Identity | None:
    """``4/13/2219``: book 2219, page 004, parcel 013. A year of two digits leaves 70 books."""
    readings = {
        f"{book}{month:03}{day:03}"
        for year, month, day in dates.read(text)
        for book in range(int(year), _BOOKS.stop, 10 ** len(year))
        if book in _BOOKS
    }
    return reader.supported(readings, [*repairs, DATE_IFIED]) if readings else None


def _from_number(reader: Reader, text: str, repairs: list[str]) -> Identity:
    number = numeral.read(text)
    if number is None:
        return reader.malformed()
    padded = text.startswith("0")  # a field wider than an APN, as exports of fixed width have them
    repairs = [*repairs, *number.repairs, *([ZERO_PADDED] if padded else [])]
    digits = str(number.value)
    if number.step > 1:
        return _rounded(reader, number, repairs)
    if _CANONICAL.fullmatch(digits):
        step = number.single_step
        # One healthy APN in 512 is a single-precision number by chance, so only one that is no parcel is doubted.
        doubted = step > 1 and reader.doubted(
            {digits}, number.value - step, number.value + step, [*repairs, DIGITS_LOST]
        )
        return doubted or reader.whole(digits, repairs)
    return reader.supported(set(_readings(digits)), [*repairs, LEADING_ZEROS])


def _rounded(reader: Reader, number: numeral.Numeral, repairs: list[str]) -> Identity:
    """Digits are gone: every entry of the registry that prints like this number is a candidate."""
    low, high = number.bounds
    books = {str(low)[0], str(number.value)[0], str(high)[0]}
    if not _SHORTEST <= len(str(high)) <= _DIGITS or books.isdisjoint(_FIRST_DIGITS):
        return reader.malformed()
    return reader.narrowed(reader.near(low, high), repairs)


def _readings(digits: str) -> Iterator[str]:
    """Every APN whose parts, their leading zeros lost, are concatenated to ``digits``."""
    if not _SHORTEST <= len(digits) < _DIGITS or digits[0] not in _FIRST_DIGITS:
        return
    book, rest = digits[:4], digits[4:]
    for at in range(1, len(rest)):
        page, parcel = rest[:at], rest[at:]
        fit = max(len(page), len(parcel)) <= _PART_DIGITS
        if fit and was_number(page, _PART_DIGITS) and was_number(parcel, _PART_DIGITS):
            yield book + page.zfill(_PART_DIGITS) + parcel.zfill(_PART_DIGITS)
