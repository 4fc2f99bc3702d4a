"""Two tables of canonical lines held to each other, byte for byte, and their differences as rows.

Put here the comparison, which knows no warehouse. Keep out which tables are compared (``reperform.py``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Compared:
    """What became of one table.

    ``rows``: lines of the bundle; ``missing``: how many of these were not made again; ``added``: how many were made
    that the bundle has not. ``shown``: the first of both, ``-`` before the bundle's, ``+`` before those made again.
    ``in_order`` is false when both have the same lines in another order.
    """

    table: str
    rows: int = 0
    missing: int = 0
    added: int = 0
    in_order: bool = True
    shown: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether both are the same bytes."""
        return self.in_order and not self.missing and not self.added


def compare(table: str, stated: Iterable[bytes], made: Iterable[bytes], show: int) -> Compared:
    """Hold the lines that a bundle states to those that were made again; ``show``: how many rows of each to show.

    Memory grows with the differences, not with the tables: a line that both have is forgotten as soon as both came by.
    """
    found = Compared(table)
    only_stated: Counter[bytes] = Counter()
    only_made: Counter[bytes] = Counter()
    for one, other in zip_longest(stated, made):
        found.rows += one is not None
        if one == other:
            continue
        found.in_order = False
        if one is not None:
            _pass(one, only_stated, only_made)
        if other is not None:
            _pass(other, only_made, only_stated)
    found.missing, found.added = only_stated.total(), only_made.total()
    found.in_order = found.in_order or bool(found.missing or found.added)
    found.shown = _shown("-", only_stated, show) + _shown("+", only_made, show)
    return found


def _pass(line: bytes, own: Counter[bytes], others: Counter[bytes]) -> None:
    """Note a line as one that only its side has, unless the other side has it already."""
    if others[line] > 1:
        others[line] -= 1
    elif others[line]:
        del others[line]
    else:
        own[line] += 1


def _shown(sign: str, lines: Counter[bytes], show: int) -> list[str]:
    return [f"{sign} {line.decode(errors='replace')}" for line in list(lines.elements())[:show]]
