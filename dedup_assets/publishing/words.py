"""How numbers, dates and untrusted text are written on every published page, in the language in force.

Put here the form of one value, and the fixed words for the status words of the tables. Keep out whole sentences
(``sentences.py``). Locale data is Babel's (Unicode CLDR); what it does not know of our house style stands here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from dedup_assets.findings.conditions import dashed
from dedup_assets.publishing.language import SOURCE, current, mark, text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from babel import Locale

    from dedup_assets.publishing.disclosure import Count

# Dates in Babel's patterns, long and short; where the locale is of another language it gives its long and medium forms.
DATES = {"en": ("d MMMM y", "d MMM y"), "es": ("d 'de' MMMM 'de' y", "d MMM y")}

# Before this sound Spanish says "e" for "y" (``vivienda e imagen``, but ``agua y hielo``), which Babel's lists do not.
_SOUND_I = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)

# An APN with all its digits and no separators.
_CANONICAL = re.compile(r"[0-9]{10}")

# Longest text of a manifest that a page shows: a cell that holds a book must not make the page unreadable.
TEXT_LIMIT = 300

# Floats such as 94.99999999999999 stand for 95; without this, rounding down would take a whole point from them.
FUZZ = 1e-9


class Words(Mapping[str, str]):
    """Words for the identifiers of a table, said in the language in force when they are looked up."""

    def __init__(self, **words: str) -> None:
        self._words = words

    def __getitem__(self, identifier: str) -> str:
        return text(self._words[identifier])

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


GRADE_WORDS = Words(NR=mark("Not rated"))

SEVERITIES = Words(critical=mark("Critical"), warning=mark("Warning"), info=mark("Notice"))

RULE_STATUSES = Words(
    fail=mark("Not met"),
    error=mark("Could not be checked"),
    no_data=mark("No data"),
    not_applicable=mark("Does not apply"),
    **{"pass": mark("Met")},
)

PERIOD_STATUSES = Words(
    read=mark("Delivered"),
    repeated=mark("Delivered, nothing new"),
    empty=mark("Empty delivery"),
    unreadable=mark("Could not be read"),
    missing=mark("No delivery"),
    not_due=mark("Not due yet"),
)


# The determinations of ``scoring.determination``, in the words of GAO-20-283G.
RELIABILITY = Words(
    **{
        "sufficiently reliable": mark("sufficiently reliable"),
        "not sufficiently reliable": mark("not sufficiently reliable"),
        "undetermined": mark("undetermined"),
    }
)


def day(value: date) -> str:
    """``31 January 2026``."""
    return format_date(value, _dates()[0], locale=current().locale)


def short_day(value: date) -> str:
    """``31 Jan 2026``, for axes and narrow tables."""
    return format_date(value, _dates()[1], locale=current().locale)


def _dates() -> tuple[str, str]:
    return DATES.get(current().locale.language, ("long", "medium"))


def number(value: int) -> str:
    """A count with thousands separators."""
    return format_decimal(value, locale=current().locale)


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


def decimal(value: float, digits: int) -> str:
    """``value`` to at most ``digits`` decimals, those that are 0 left out: ``1,234.5``."""
    return format_decimal(round(value, digits), _decimals("#,##0", digits), locale=current().locale)


def hundredths(value: float) -> str:
    """``value`` to exactly two decimals, for columns of numbers that are added up: ``97.50``."""
    return format_decimal(round(value, 2), "#,##0.00", locale=current().locale)


def points(value: float) -> str:
    """A score or a part of one: ``87``, ``87.4``."""
    return decimal(value, 1)


def cost(value: float) -> str:
    """A number of points with its unit: ``2.4 points``, ``1 point``, ``less than 0.1 points``."""
    rounded = round(value, 1)
    if value > 0 and not rounded:
        return text("less than %(number)s points", number=points(0.1))
    return texts("%(count)s point", "%(count)s points", 1 if rounded == 1 else 2, count=points(rounded))


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage, rounded down so that 99.96 % is not read as all: ``99.9%``."""
    locale = current().locale
    return format_percent(down(share * 100, digits) / 100, _percentage(locale, digits), locale=locale)


@cache
def _percentage(locale: Locale, digits: int) -> str:
    """The locale's own pattern with ``digits`` decimals: where the sign stands differs."""
    return _decimals(str(locale.percent_formats[None].pattern), digits)


def _decimals(pattern: str, digits: int) -> str:
    return pattern.replace("#,##0", f"#,##0.{'#' * digits}" if digits else "#,##0")


def listed(items: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(items) < 2:  # noqa: PLR2004  # one item or none needs no "and"
        return "".join(items)
    joined = text("%(first)s and %(last)s")
    if current().locale.language == "es" and _SOUND_I.match(items[-1]):
        joined = joined.replace(" y ", " e ")
    return joined % {"first": ", ".join(items[:-1]), "last": items[-1]}


def counted(one: str, many: str, count: Count, **values: object) -> str:
    """``texts`` for a count that may be hidden, which is never said as one; ``%(count)s`` is what a reader gets."""
    return texts(one, many, 2 if count.value is None else count.value, count=count.text, **values)


def sentence_case(identifier: str) -> str:
    """An identifier that has no words of its own: ``parcel_accuracy`` is ``Parcel accuracy``."""
    return identifier.replace("_", " ").strip().capitalize()


def plain(value: str) -> str:
    """Untrusted text that cannot steer a page, a terminal or a spreadsheet by invisible characters.

    Control characters and the marks that turn the direction of writing become the replacement character, so that a
    reader sees that something stood there; blanks are collapsed and the length is cut at ``TEXT_LIMIT``.
    HTML is the template's business: it escapes everything.
    """
    seen = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn"} else each
        for each in re.sub(r"\s+", " ", value).strip()
    )
    return seen if len(seen) <= TEXT_LIMIT else seen[: TEXT_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"


def parcel_text(apn: str | None) -> str | None:
    """A parcel's number as people write it; what is no canonical one as it was sent, and None for nothing."""
    if not apn or not apn.strip():
        return None
    return dashed(apn) if _CANONICAL.fullmatch(apn) else plain(apn)


def in_source(stored: str) -> str | Markup:
    """Untrusted text that other rooms stored in the language of the code, marked as such on a page in another."""
    if current().code == SOURCE:
        return plain(stored)
    return Markup('<span lang="{}">{}</span>').format(SOURCE, plain(stored))
