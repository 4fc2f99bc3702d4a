"""Canonical JSON (RFC 8785): equal values give equal bytes, so that files can be compared and signed.

Put here how a value is written. Keep out what is written.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The standard writer's form is that of RFC 8785 for everything but fractions, and many times quicker.
_plain = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_SAME = frozenset({str, int, bool, type(None)})

# Between these Python writes a fraction as RFC 8785 does; outside one of the two writes an exponent.
_LEAST, _MOST = 1e-4, 1e16


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """A JSON value in canonical form, without a line break.

    Raises rfc8785.CanonicalizationError for what canonical JSON cannot say: an integer beyond 2**53, NaN, a key that is
    no text.
    """
    return rfc8785.dumps(value)


def document(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """A JSON value as a file: one canonical line."""
    return canonical(value) + b"\n"


class Lines:
    """Rows as canonical lines. ``documents``: columns, where a row has them, of JSON as text; they become values."""

    def __init__(self, documents: Sequence[str] = ()) -> None:
        self._documents = tuple(documents)
        self._exact = False

    def line(self, row: Mapping[str, Any]) -> bytes:
        """One row as a line without its line break."""
        self._exact = False
        plain = {name: its if type(its) in _SAME else self._value(its) for name, its in row.items()}
        for name in self._documents:
            if plain.get(name) is not None:
                plain[name] = json.loads(plain[name], parse_float=self._fraction)
        return canonical(plain) if self._exact else _plain(plain).encode()

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - any value of a column
        if isinstance(value, str | int) or value is None:
            return value
        if isinstance(value, float | Decimal):
            return self._fraction(value)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # the warehouse's times are universal
        if isinstance(value, date):
            return value.isoformat()
        return [self._value(each) for each in value]

    def _fraction(self, stated: str | float | Decimal) -> float:
        number = float(stated)
        if number.is_integer() and abs(number) < _MOST:
            return int(number)
        if not _LEAST <= abs(number) < _MOST:
            self._exact = True
        return number
