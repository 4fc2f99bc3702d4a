"""Long lists as several pages: which rows stand on which page, and the links from page to page.

Put here the division. A list of any length makes pages of the same size, so their number grows with the list and no
page does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = TypeVar("Row")

ROWS_PER_SHEET = 100
# Neighbours of the present page that are linked beside the first and the last.
_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """One page of a list: ``rows`` are ``first`` to ``last`` (from 1) of ``total``; ``number`` of ``sheets`` pages."""

    stem: str
    rows: Sequence[Row]
    number: int
    sheets: int
    first: int
    total: int

    @property
    def last(self) -> int:
        """The place of its last row."""
        return self.first + len(self.rows) - 1

    @property
    def name(self) -> str:
        """Its file name."""
        return sheet_name(self.stem, self.number)

    @property
    def previous(self) -> str | None:
        """The file before it, or None."""
        return sheet_name(self.stem, self.number - 1) if self.number > 1 else None

    @property
    def following(self) -> str | None:
        """The file after it, or None."""
        return sheet_name(self.stem, self.number + 1) if self.number < self.sheets else None

    @property
    def links(self) -> list[tuple[int, str] | None]:
        """Number and file of the pages to link to: the first, the last and the neighbours; None for a gap."""
        near = range(self.number - _NEIGHBOURS, self.number + _NEIGHBOURS + 1)
        numbers = sorted({1, self.sheets, *(each for each in near if 1 <= each <= self.sheets)})
        linked: list[tuple[int, str] | None] = []
        for place, number in enumerate(numbers):
            if place and number > numbers[place - 1] + 1:
                linked.append(None)
            linked.append((number, sheet_name(self.stem, number)))
        return linked


def sheet_name(stem: str, number: int) -> str:
    """``findings/DUP-001.html``, ``findings/DUP-001-2.html``."""
    return f"{stem}.html" if number == 1 else f"{stem}-{number}.html"


def sheet_of(stem: str, place: int) -> str:
    """The file on which the row at ``place`` (from 0) stands."""
    return sheet_name(stem, place // ROWS_PER_SHEET + 1)


def sheets(rows: Sequence[Row], stem: str) -> Iterator[Sheet[Row]]:
    """The pages of a list, at least one, even of an empty list."""
    count = max(1, -(-len(rows) // ROWS_PER_SHEET))
    for number in range(1, count + 1):
        start = (number - 1) * ROWS_PER_SHEET
        yield Sheet(stem, rows[start : start + ROWS_PER_SHEET], number, count, start + 1, len(rows))
