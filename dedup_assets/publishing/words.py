"""How numbers, dates and untrusted text are written on every published page.

Put here the form of one value, and the fixed words for the status words of the tables. Keep out whole sentences
(``sentences.py``). A second language replaces this module and that one; templates hold the rest.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Longest text of a manifest that a page shows: a cell that holds a book must not make the page unreadable.
TEXT_LIMIT = 300

# Floats such as 94.99999999999999 stand for 95; without this, rounding down would take a whole point from them.
FUZZ = 1e-9

GRADE_WORDS = {"NR": "Not rated"}

SEVERITIES = {"critical": "Critical", "warning": "Warning", "info": "Notice"}

RULE_STATUSES = {
    "fail": "Not met",
    "error": "Could not be checked",
    "no_data": "No data",
    "pass": "Met",
    "not_applicable": "Does not apply",
}

PERIOD_STATUSES = {
    "read": "Delivered",
    "repeated": "Delivered, nothing new",
    "empty": "Empty delivery",
    "unreadable": "Could not be read",
    "missing": "No delivery",
    "not_due": "Not due yet",
}


def day(value: date) -> str:
    """``31 January 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """``31 Jan 2026``, for axes and narrow tables."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def number(value: int) -> str:
    """A count with thousands separators."""
    return f"{value:,}"


def down(value: float, digits: int) -> float:
    """``value`` rounded down to ``digits`` decimals.

    Scores are never rounded up: 94.96 is below the line of 95 and must not be read as on it.
    """
    scale = 10.0**digits
    return math.floor(value * scale + FUZZ) / scale


def up(value: float, digits: int) -> float:
    """``value`` rounded up to ``digits`` decimals: for upper bounds."""
    scale = 10.0**digits
    return math.ceil(value * scale - FUZZ) / scale


def points(value: float) -> str:
    """A score or a part of one: ``87``, ``87.4``."""
    return f"{value:,.1f}".removesuffix(".0")


def cost(value: float) -> str:
    """A number of points with its unit: ``2.4 points``, ``1 point``, ``less than 0.1 points``."""
    rounded = round(value, 1)
    if value > 0 and not rounded:
        return "less than 0.1 points"
    return f"{points(rounded)} {'point' if rounded == 1 else 'points'}"


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage, rounded down so that 99.96 % is not read as all: ``99.9%``."""
    text = f"{down(share * 100, digits):.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def plural(count: int, one: str, many: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{number(count)} {one if count == 1 else many}"


def listed(items: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(items) < 2:  # noqa: PLR2004  # one item or none needs no "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def sentence_case(identifier: str) -> str:
    """An identifier that has no words of its own: ``parcel_accuracy`` is ``Parcel accuracy``."""
    return identifier.replace("_", " ").strip().capitalize()


def plain(text: str) -> str:
    """Untrusted text that cannot steer a page, a terminal or a spreadsheet by invisible characters.

    Control characters and the marks that turn the direction of writing become the replacement character, so that a
    reader sees that something stood there; blanks are collapsed and the length is cut at ``TEXT_LIMIT``.
    HTML is the template's business: it escapes everything.
    """
    seen = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn"} else each
        for each in re.sub(r"\s+", " ", text).strip()
    )
    return seen if len(seen) <= TEXT_LIMIT else seen[: TEXT_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"
