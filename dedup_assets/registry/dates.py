"""Dates that a spreadsheet made of an identifier's parts, read back into year, month and day.

Put here how a date is written. Keep out which part of an identifier became which part of the date.
"""

from __future__ import annotations

import re
from datetime import date, datetime

_MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?| 12:00(?::00)? ?[Aa][Mm])?"
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})" + _MIDNIGHT)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})" + _MIDNIGHT)
_DAY_NAME_YEAR = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3,9})\.?[- ]([0-9]{4}|[0-9]{2})" + _MIDNIGHT)
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[- ]([0-9]{1,2}),?[- ]([0-9]{4}|[0-9]{2})" + _MIDNIGHT)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = range(1, 13)
_DAY_NUMBERS = range(1, 32)
_DAY = re.compile(r"([0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")


def day(text: str) -> date | None:
    """A day that a reference file states: 02/16/2013, 2013-02-16, with or without a time; as ``date_of`` in stage.sql.

    A year of two digits, and a day that no calendar has, is None.
    """
    found = _DAY.fullmatch(text.strip())
    if not found:
        return None
    try:
        return datetime.strptime(found[1], "%m/%d/%Y" if "/" in found[1] else "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


def read(text: str) -> set[tuple[str, int, int]]:
    """Every (year, month, day) that ``text`` can mean; empty when it is no date.

    The year stays text: two digits of it do not tell the century. Where month and day can change places, both are
    given.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        return _plausible((found[1], int(found[2]), int(found[3])))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), found[4]
        return _plausible((year, first, second), (year, second, first))
    if found := _DAY_NAME_YEAR.fullmatch(text):
        return _plausible((found[3], month(found[2]), int(found[1])))
    if found := _NAME_DAY_YEAR.fullmatch(text):
        return _plausible((found[3], month(found[1]), int(found[2])))
    return set()


def month(name: str) -> int:
    """1 to 12 for a month's name or its beginning, else 0."""
    return next((at for at, full in enumerate(_MONTHS, start=1) if full.startswith(name.lower())), 0)


def _plausible(*dates: tuple[str, int, int]) -> set[tuple[str, int, int]]:
    return {each for each in dates if each[1] in _MONTH_NUMBERS and each[2] in _DAY_NUMBERS}
