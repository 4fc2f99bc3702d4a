"""Formats of values: from what a contract states to a check on a whole column of text.

Put here how ``logicalType`` and ``logicalTypeOptions`` of a contract become patterns. Keep out which column has which
format (the contract) and what becomes of a value that breaks it (``checks.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# The letters of java.time.format.DateTimeFormatter (which ODCS names as its notation) that are understood here.
# Two departures, both towards leniency: AM/PM in either case, and S... is one to nine digits, as systems differ.
_LETTERS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>0[1-9]|1[0-2])",
    "M": r"(?P<month>0?[1-9]|1[0-2])",
    "dd": r"(?P<day>0[1-9]|[12][0-9]|3[01])",
    "d": r"(?P<day>0?[1-9]|[12][0-9]|3[01])",
    "HH": r"(?:[01][0-9]|2[0-3])",
    "H": r"(?:[01]?[0-9]|2[0-3])",
    "hh": r"(?:0[1-9]|1[0-2])",
    "h": r"(?:0?[1-9]|1[0-2])",
    "mm": r"[0-5][0-9]",
    "ss": r"[0-5][0-9]",
    "a": r"[AaPp][Mm]",
    "X": r"(?:Z|[+-][0-9]{2}(?:[0-9]{2})?)",
    "XXX": r"(?:Z|[+-][0-9]{2}:[0-9]{2})",
}
_TOKENS = re.compile(r"(?P<literal>'(?:[^']|'')*')|(?P<letters>([A-Za-z])\3*)|(?P<other>.)", re.DOTALL)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FEBRUARY = 2
_OPTIONS = {
    "string": {"pattern"},
    "date": {"format"},
    "timestamp": {"format"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
}
_NUMBERS = {"integer": r"^[+-]?[0-9]{1,18}$", "number": r"^[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?$"}


class FormatError(ValueError):
    """A contract states a format that is not understood; the message says what may stand there."""


@dataclass(frozen=True)
class Format:
    """What the values of one column must look like.

    ``patterns`` are alternatives in RE2 syntax. A dated format's patterns have the groups year, month and day, and the
    day must exist in the calendar. ``minimum`` and ``maximum`` are inclusive.
    """

    stated: str
    patterns: tuple[str, ...]
    dated: bool = False
    minimum: float | None = None
    maximum: float | None = None

    def broken(self, cells: pa.Array) -> NDArray[np.bool_]:
        """True where a cell of the text column ``cells`` holds what breaks the format; null never does."""
        good = np.zeros(len(cells), dtype=bool)
        for pattern in self.patterns:
            good |= _dates(cells, pattern) if self.dated else _matches(cells, pattern)
        if self.minimum is not None or self.maximum is not None:
            values = pc.cast(pc.if_else(pa.array(good), cells, None), pa.float64()).to_numpy(zero_copy_only=False)
            good &= (values >= (-np.inf if self.minimum is None else self.minimum)) & (
                values <= (np.inf if self.maximum is None else self.maximum)
            )
        return as_mask(pc.is_valid(cells)) & ~good


def make_format(logical_type: str, options: Mapping[str, Any]) -> Format | None:
    """The format that a contract's property states, or None when it states none.

    Raises FormatError for a type, an option or a notation that would go unchecked otherwise.
    """
    if logical_type not in _OPTIONS:
        raise FormatError(f"logicalType {logical_type!r} is not understood; use one of {', '.join(sorted(_OPTIONS))}")
    unknown = sorted(set(options) - _OPTIONS[logical_type])
    if unknown:
        allowed = ", ".join(sorted(_OPTIONS[logical_type]))
        raise FormatError(f"logicalTypeOptions {', '.join(unknown)} would go unchecked; {logical_type} takes {allowed}")
    if logical_type in _NUMBERS:
        low, high = options.get("minimum"), options.get("maximum")
        bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
        stated = ", ".join([f"a{'n' if logical_type == 'integer' else ''} {logical_type}", *bounds])
        return Format(stated, (_NUMBERS[logical_type],), minimum=low, maximum=high)
    if logical_type == "string":
        return _text(options["pattern"]) if "pattern" in options else None
    if "format" not in options:
        raise FormatError(f"a {logical_type} needs logicalTypeOptions.format, as in yyyy-MM-dd['T'HH:mm:ss]")
    return _dated(options["format"])


def as_mask(found: pa.Array) -> NDArray[np.bool_]:
    """A boolean column as numpy; null is False."""
    mask: NDArray[np.bool_] = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return mask


def _text(pattern: str) -> Format:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise FormatError(f"pattern {pattern!r} cannot be used: {error}") from error
    return Format(f"of the form {pattern}", (pattern,))


def _dated(notation: str) -> Format:
    patterns = tuple(f"^{_translate(part)}$" for part in _alternatives(notation))
    for pattern in patterns:
        missing = [part for part in ("year", "month", "day") if pattern.count(f"(?P<{part}>") != 1]
        if missing:
            raise FormatError(f"format {notation!r} must name {', '.join(missing)} exactly once in each alternative")
    return Format(f"a date as {notation}", patterns, dated=True)


def _alternatives(notation: str) -> list[str]:
    """Sections in brackets that make up the whole notation are alternatives: ``[yyyy-MM-dd][M/d/yyyy]``."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, letter in enumerate(notation):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "[":
            depth, start = depth + 1, at + 1 if depth == 0 else start
        elif letter == "]":
            depth -= 1
            if depth == 0:
                parts.append(notation[start:at])
        elif depth == 0:
            return [notation]
    return parts or [notation]


def _translate(notation: str) -> str:
    out, depth = [], 0
    for token in _TOKENS.finditer(notation):
        literal, letters, other = token["literal"], token["letters"], token["other"]
        if literal:
            out.append(re.escape(literal[1:-1].replace("''", "'") or "'"))
        elif letters and set(letters) == {"S"}:
            out.append("[0-9]{1,9}")
        elif letters:
            if letters not in _LETTERS:
                raise FormatError(f"{letters!r} in format {notation!r} is not one of {', '.join(_LETTERS)}, S")
            out.append(_LETTERS[letters])
        elif other == "[":
            out.append("(?:")
            depth += 1
        elif other == "]" and depth:
            out.append(")?")
            depth -= 1
        else:
            out.append(re.escape(other))
    if depth:
        raise FormatError(f"format {notation!r} has an unclosed bracket")
    return "".join(out)


def _matches(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return as_mask(pc.match_substring_regex(cells, pattern))


def _dates(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found = pc.extract_regex(cells, pattern)
    shaped = as_mask(pc.is_valid(found))
    year, month, day = (
        pc.cast(pc.if_else(pa.array(shaped), pc.struct_field(found, part), "1"), pa.int32()).to_numpy(
            zero_copy_only=False
        )
        for part in ("year", "month", "day")
    )
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good: NDArray[np.bool_] = shaped & (day <= _DAYS[month] + ((month == _FEBRUARY) & leap))
    return good
