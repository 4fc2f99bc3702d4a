"""References of old permits, as LADBS gave them before the PCIS number: ``01LA12164``.

Year (2), office (2 letters: LA, VN, WL, SL, SP), sequence (5): 8,604 of 8,605 public permits state one; the
other is cut off at ``16LA``. The office is any two letters here, for another city has other offices.
"""

from __future__ import annotations

import re

from dedup_assets.registry.identity import CASE, FLOAT, LEADING_ZEROS, SEPARATORS, Identity, Known, Reader
from dedup_assets.registry.numeral import was_number
from dedup_assets.registry.text import clean

_YEAR_DIGITS, _SEQUENCE_DIGITS = 2, 5
_CANONICAL = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{5}")
_SEPARATOR = r"([-\s./_]{0,3})"
_LOOSE = re.compile(rf"([0-9]{{1,2}}){_SEPARATOR}([A-Z]{{2}}){_SEPARATOR}([0-9]{{1,5}})(\.0+)?")


def parse(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as the reference of an old permit, against those that the registry's permits state.

    ``01LA12164`` and ``01-LA-12164`` are ok; ``1LA12164`` and ``01 LA 164`` (zeros lost) are repaired when the registry
    holds what they stand for, ambiguous otherwise; ``***`` is unresolved.
    """
    reader = Reader("reference", raw, known)
    if _CANONICAL.fullmatch(raw):
        return reader.whole(raw)
    text, repairs = clean(raw)
    if text and not text.strip("*"):
        return reader.unresolved(repairs)
    if text != text.upper():
        text, repairs = text.upper(), [*repairs, CASE]
    found = _LOOSE.fullmatch(text)
    return _divided(reader, found, repairs) if found else reader.malformed()


def _divided(reader: Reader, found: re.Match[str], repairs: list[str]) -> Identity:
    year, before, office, after, sequence, decimals = found.groups()
    short_year, short_sequence = len(year) < _YEAR_DIGITS, len(sequence) < _SEQUENCE_DIGITS
    # Only a sequence in a cell of its own can have lost zeros; one at the end of a text was cut off: 16LA1, 16LA12 …
    if short_sequence and not (after or decimals):
        return reader.malformed()
    if not (was_number(year, _YEAR_DIGITS) and was_number(sequence, _SEQUENCE_DIGITS)):
        return reader.malformed()
    if before or after:
        repairs = [*repairs, SEPARATORS]
    if decimals:
        repairs = [*repairs, FLOAT]
    reading = f"{year.zfill(_YEAR_DIGITS)}{office}{sequence.zfill(_SEQUENCE_DIGITS)}"
    if short_year or short_sequence:
        return reader.supported({reading}, [*repairs, LEADING_ZEROS])
    return reader.whole(reading, repairs)
