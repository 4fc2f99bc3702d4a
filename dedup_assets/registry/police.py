"""Numbers of the police: DR numbers (reports) and booking numbers. Restricted wherever they come from.

A DR number is year (2), area (2, of the 21 areas), sequence (5): ``010304468``. Public data print it without its zero,
``10304468``: its first digits then name another year, and nothing but the length tells. The county's booking numbers
have 7 digits; the department's own form is not published, so the form is whatever regular expression its contract (or,
on the command line, the setting ``booking_form``) states.

No registry lists these numbers. What has lost zeros is therefore ambiguous, with what the form allows as candidates,
unless the caller brings the numbers that the row's other fields allow as ``known``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError
from dedup_assets.registry import numeral
from dedup_assets.registry.identity import DIGITS_LOST, LEADING_ZEROS, SEPARATORS, Identity, Known, Reader
from dedup_assets.registry.numeral import was_number
from dedup_assets.registry.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


BOOKING_FORM = r"^[0-9]{7}$"  # Los Angeles County: LASD Manual of Policy and Procedures 5-03/025.00
_DR = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-9]|2[01])[0-9]{5}")
_DR_DIVIDED = re.compile(r"([0-9]{2})[-\s./_]{0,3}(0[1-9]|1[0-9]|2[01])[-\s./_]{0,3}([0-9]{5})")
_LONGEST = 18  # digits; as numeral.read


def parse_dr(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as a DR number.

    ``010304468`` and ``01-03-04468`` are ok; ``10304468`` is ambiguous, ``010304468`` its candidate, and repaired only
    when ``known`` holds it; ``***`` is unresolved.
    """
    reader = Reader("dr", raw, known)
    if _DR.fullmatch(raw):
        return reader.whole(raw)
    text, repairs = clean(raw)
    if divided := _DR_DIVIDED.fullmatch(text):
        return reader.whole("".join(divided.groups()), repairs if text.isdigit() else [*repairs, SEPARATORS])
    return _number(reader, text, repairs, _DR)


def parse_booking(raw: str, known: Known | None = None) -> Identity:
    """What ``raw`` means as a booking number of the county's form, 7 digits; see ``booking_parser``."""
    return booking_parser(BOOKING_FORM)(raw, known)


@lru_cache(maxsize=32)
def booking_parser(form: str) -> Callable[[str, Known | None], Identity]:
    """A parser of booking numbers that look like ``form``, a regular expression of the whole number.

    What the form allows is ok as it stands. A number that is too short for it is ambiguous, with every number that the
    form allows and that has the same digits after leading zeros as its candidates.

    Raises UserError when ``form`` is no regular expression, or allows blank text.
    """
    try:
        pattern = re.compile(form)
    except re.error as error:
        raise UserError(f"the form of booking numbers {form!r} is no regular expression: {error}") from error
    if pattern.fullmatch(""):
        raise UserError(f"the form of booking numbers {form!r} allows blank text; write for example {BOOKING_FORM!r}")

    def parse(raw: str, known: Known | None = None) -> Identity:
        reader = Reader("booking", raw, known)
        if pattern.fullmatch(raw):
            return reader.whole(raw)
        text, repairs = clean(raw)
        if pattern.fullmatch(text):
            return reader.whole(text, repairs)
        return _number(reader, text, repairs, pattern)

    return parse


def variants(number: str) -> Iterator[int]:
    """The whole number that a canonical one turns into; none when it is not made of digits."""
    if number.isdigit():
        yield int(number)


def _number(reader: Reader, text: str, repairs: list[str], form: re.Pattern[str]) -> Identity:
    """A number as a spreadsheet prints it: read when it kept all its digits, else what ``form`` makes of it."""
    if text and not text.strip("*- "):
        return reader.unresolved(repairs) if "*" in text else reader.malformed()
    number = numeral.read(text)
    if number is None or not was_number(text, 0):
        return reader.malformed()
    repairs = [*repairs, *number.repairs]
    if number.step > 1:
        fits = reader.near(*number.bounds)
        allowed = any(form.fullmatch(str(number.value).zfill(width)) for width in range(1, _LONGEST + 1))
        return reader.narrowed(fits, repairs) if fits or allowed else reader.malformed()
    digits = str(number.value)
    if form.fullmatch(digits):
        step = number.single_step
        low, high = number.value - step, number.value + step
        doubted = step > 1 and reader.doubted({digits}, low, high, [*repairs, DIGITS_LOST])
        return doubted or reader.whole(digits, repairs)
    readings = {digits.zfill(width) for width in range(len(digits) + 1, _LONGEST + 1)}
    return reader.supported({each for each in readings if form.fullmatch(each)}, [*repairs, LEADING_ZEROS])
