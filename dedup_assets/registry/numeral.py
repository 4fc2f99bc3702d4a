"""Whole numbers as spreadsheets and data frames print them: without leading zeros, as floats, exponents, grouped.

Put here how a printed number is read and how much of it is certain. Keep out what the number identifies.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from decimal import Decimal

from dedup_assets.registry.identity import DIGITS_LOST, EXPONENT, FLOAT, SEPARATORS

SINGLE_BITS = 24  # binary digits that a 32-bit float keeps
_MAX_DIGITS = 18  # longer than any identifier; keeps 1E+999999 from becoming a number
_BARE = re.compile(r"[0-9]{1,18}")
_FLOAT = re.compile(r"([0-9]{1,18})[.,]0*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<mark>[,.' ])[0-9]{3})(?:(?P=mark)[0-9]{3})+(?P<float>[.,]0{1,2})?")
_EXPONENT = re.compile(r"([0-9]{1,18})(?:[.,]([0-9]{0,18}))?[eE]\+?([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A whole number of which every digit above ``step`` is certain (step 1: all of them)."""

    value: int
    step: int
    repairs: tuple[str, ...]

    @property
    def bounds(self) -> tuple[int, int]:
        """The numbers that print like this one: rounded to the nearest step, or cut off at it."""
        return self.value - self.step // 2, self.value + self.step - 1

    @property
    def single_step(self) -> int:
        """The distance of single-precision floats around the value when it is printed as one, else 1.

        A ten-digit number that went through a 32-bit float became a multiple of 128, 256 or 512.
        """
        if FLOAT not in self.repairs and EXPONENT not in self.repairs:
            return 1
        return 1 << max(0, self.value.bit_length() - SINGLE_BITS) if self.is_single else 1

    @property
    def is_single(self) -> bool:
        """Whether the value is one that a 32-bit float can hold, however it is printed."""
        rounded: float = struct.unpack("f", struct.pack("f", self.value))[0]
        return int(rounded) == self.value


def was_number(part: str, width: int) -> bool:
    """Whether a part of ``width`` digits can have lost its zeros by becoming a number, which leaves none in front."""
    return len(part) == width or part == "0" or part[0] != "0"


def read(text: str) -> Numeral | None:
    """The whole number that ``text`` prints, or None when it prints none."""
    if _BARE.fullmatch(text):
        return Numeral(int(text), 1, ())
    if found := _FLOAT.fullmatch(text):
        return Numeral(int(found[1]), 1, (FLOAT,))
    if found := _GROUPED.fullmatch(text):
        digits = text[: found.start("float")] if found["float"] else text
        value = int("".join(filter(str.isdigit, digits)))
        return Numeral(value, 1, (SEPARATORS, FLOAT) if found["float"] else (SEPARATORS,))
    if found := _EXPONENT.fullmatch(text):
        return _exponent(found[1], found[2] or "", int(found[3]))
    return None


def _exponent(units: str, decimals: str, exponent: int) -> Numeral | None:
    if exponent > _MAX_DIGITS:
        return None
    number = Decimal(f"{units}.{decimals or '0'}E{exponent}")
    if number != number.to_integral_value():
        return None
    lost = exponent - len(decimals)
    if lost <= 0:
        return Numeral(int(number), 1, (EXPONENT,))
    return Numeral(int(number), 10**lost, (EXPONENT, DIGITS_LOST))
