"""Damage forensics of any cell whose original is known: the registry holds the same row under an intact key.

Put here how a spreadsheet changes a cell and how that is undone. Keep out identifiers read against a list
(``forensics.py``) and where rows come from (``forensics_file.py``).

Each transformation is an *inverse*: from the damaged cell alone, every original that it can have had. It is proven for
a row when the registry's row holds one of them. Where the inverse is endless (digits are gone) the transformation is
proven forwards, on the original, and the cell is lost. A date that was a unit range has several readings: ``2-Jan`` was
``1-2``, or the half ``1/2``, or ``2-1`` where the day is written first; without the registry's row it is ambiguous.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

from dedup_assets.registry import dates, numeral
from dedup_assets.registry.forensics import Damage, Tally
from dedup_assets.registry.identity import (
    BLANKS,
    CASE,
    DATE_IFIED,
    DIGITS_LOST,
    FLOAT,
    LEADING_ZEROS,
    SEPARATORS,
)
from dedup_assets.registry.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DATE_FORMAT = "date_format"  # the same moment, written another way
TRAILING_ZEROS = "trailing_zeros"  # decimals without their zeros at the end: 2183.00 is 2183
EMPTIED = "emptied"  # the cell is blank, the original is not
UNEXPLAINED = "unexplained"  # the cell differs, and no transformation that is known makes one of the other
_SIGNIFICANT = 15  # decimal digits that a spreadsheet keeps of a number
_GROUPED = re.compile(r"-?\$?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBERS = re.compile(r"[0-9]+(?:,[0-9]{3})*")
_DAY_MONTH = re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[A-Za-z]{3})")
_MONTH_YEAR = re.compile(r"(?P<month>[A-Za-z]{3})-(?P<year>[0-9]{2})")
_MOMENTS = (
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f",
)  # fmt: skip
_DATE_LIKE = re.compile(r"[0-9/-]{8,10}(?:[T ].*)?")


@dataclass(frozen=True)
class Column:
    """What the registry's own column looks like: the lengths of its whole numbers, and of its decimals."""

    widths: frozenset[int]
    decimals: frozenset[int]

    @classmethod
    def of(cls, originals: Iterable[str]) -> Column:
        """The lengths that occur among ``originals``."""
        widths, decimals = set(), set()
        for each in originals:
            whole, point, fraction = each.partition(".")
            if whole.isdigit() and fraction.isdigit():
                decimals.add(len(fraction))
            elif whole.isdigit() and not point:
                widths.add(len(whole))
        return cls(frozenset(widths), frozenset(decimals))


@dataclass(frozen=True)
class Transformation:
    """``inverse``: every original of a cell, in the notation that ``form`` gives an original."""

    name: str
    inverse: Callable[[str, Column], set[str]]
    form: Callable[[str], str]
    is_notation: bool = False


def cell_damage(column: str, cells: Sequence[tuple[str, str | None]]) -> list[Damage]:
    """What happened to one column, a row a transformation, sorted by its name.

    ``cells`` are (cell as delivered, the original, None where the registry has no such row). Every cell counts once,
    with the first transformation of ``TRANSFORMATIONS`` that explains it; equal cells are no damage. A cell without an
    original is not judged.
    """
    pairs = Counter((cell, original) for cell, original in cells if original is not None)
    facts = Column.of(original.strip() for _, original in pairs)
    tallies: dict[str, Tally] = {}
    for (cell, original), rows in pairs.items():
        if cell != original:
            name, is_notation, originals = _explain(cell, original, facts)
            tally = tallies.setdefault(name, Tally(is_notation))
            tally.lost += rows * (originals == 0)
            tally.restored += rows * (originals > 0)
            tally.in_registry += rows * (originals > 0)
            tally.by_row += rows * (originals > 1)
            tally.examples[cell] = min(original, tally.examples.get(cell, original))
    return [tallies[name].damage(column, name, pairs.total()) for name in sorted(tallies)]


def readings(cell: str, column: Column) -> dict[str, set[str]]:
    """Every original that each damage can have made ``cell`` of, by its name; a change of notation is none."""
    text = clean(cell)[0]
    found = {each.name: each.inverse(text, column) for each in TRANSFORMATIONS if not each.is_notation}
    return {name: originals for name, originals in found.items() if originals}


def _explain(cell: str, original: str, column: Column) -> tuple[str, bool, int]:
    """The name of what made ``cell`` of ``original``, whether it is notation only, and how many originals it allows.

    None (0) when the cell no longer tells its original.
    """
    text = clean(cell)[0]
    if not text:
        return EMPTIED, False, 0
    for each in TRANSFORMATIONS:
        originals = each.inverse(text, column)
        if each.form(original) in originals:
            return each.name, each.is_notation, len(originals)
    lost = _squeezed(_cut(original)) == _squeezed(text) or _rounded(text, original)
    return DIGITS_LOST if lost else UNEXPLAINED, False, 0


def _squeezed(text: str) -> str:
    """Without blanks around signs, and with one blank for several: ``1 - 24`` is ``1-24``."""
    return re.sub(r"\s*([-/,])\s*", r"\1", " ".join(clean(text)[0].split()))


def _cut(original: str) -> str:
    """A number of more than fifteen digits as a spreadsheet keeps it: zeros after the fifteenth; all else as is."""
    if not _NUMBERS.fullmatch(original.strip()):
        return original
    kept, count = [], 0
    for character in original.strip():
        count += character.isdigit()
        kept.append("0" if character.isdigit() and count > _SIGNIFICANT else character)
    return "".join(kept)


def _rounded(text: str, original: str) -> bool:
    """Whether ``text`` prints the number ``original`` with its last digits rounded away."""
    number, exact = numeral.read(text), numeral.read(clean(original)[0])
    if number is None or exact is None or number.step == 1 or exact.step > 1:
        return False
    low, high = number.bounds
    return low <= exact.value <= high


def _ungrouped(text: str, _: Column) -> set[str]:
    return {text.replace(",", "")} if _GROUPED.fullmatch(text) else set()


def _padded(text: str, column: Column) -> set[str]:
    """Leading zeros up to each length that the column's numbers have."""
    if not text.isdigit() or (text[0] == "0" and text != "0"):
        return set()
    return {text.zfill(width) for width in column.widths if width > len(text)}


def _whole(text: str, column: Column) -> set[str]:
    """The whole number that a float or an exponent prints to its last digit, its leading zeros back."""
    number = numeral.read(text)
    if number is None or number.step > 1 or not number.repairs:
        return set()
    return {str(number.value), *_padded(str(number.value), column)}


def _decimals(text: str, column: Column) -> set[str]:
    """Zeros at the end, up to each number of decimals that the column has."""
    whole, _, fraction = text.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return set()
    return {f"{whole}.{fraction.ljust(width, '0')}" for width in column.decimals if width > len(fraction)}


def _ranges(text: str, _: Column) -> set[str]:
    """The two numbers, in both orders and with both signs, that a spreadsheet took for a date."""
    if found := _DAY_MONTH.fullmatch(text):
        month, day = dates.month(found["month"]), int(found["day"])
        pairs = {(month, day), (day, month)}
    elif found := _MONTH_YEAR.fullmatch(text):
        month = dates.month(found["month"])
        pairs = {
            (month, year) for year in (int(found["year"]), *(century + int(found["year"]) for century in (1900, 2000)))
        }
    else:
        pairs = {(month, day) for _, month, day in dates.read(text)}
    return {f"{a}{sign}{b}" for (a, b), sign in product(pairs, "-/") if a and b}


def _unpadded(text: str) -> str:
    """A range as a spreadsheet reads it: ``01 - 10`` is ``1-10``."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", _squeezed(text))


def _moment(text: str) -> str:
    """A moment in one notation; the text itself when it is none."""
    plain = clean(text)[0]
    if _DATE_LIKE.fullmatch(plain):
        for form in _MOMENTS:
            try:
                return datetime.strptime(plain, form).isoformat()  # noqa: DTZ007 - two cells of one column are compared
            except ValueError:
                continue
    return plain


def _moments(text: str, _: Column) -> set[str]:
    moment = _moment(text)
    return {moment} if moment != text else set()


# In this order: the notation first, then what can be undone.
TRANSFORMATIONS = (
    Transformation(BLANKS, lambda text, _: {_squeezed(text)}, _squeezed, is_notation=True),
    Transformation(
        CASE, lambda text, _: {_squeezed(text).upper()}, lambda each: _squeezed(each).upper(), is_notation=True
    ),
    Transformation(SEPARATORS, _ungrouped, str.strip, is_notation=True),
    Transformation(DATE_FORMAT, _moments, _moment, is_notation=True),
    Transformation(LEADING_ZEROS, _padded, str.strip),
    Transformation(FLOAT, _whole, str.strip),
    Transformation(TRAILING_ZEROS, _decimals, str.strip),
    Transformation(DATE_IFIED, _ranges, _unpadded),
)
