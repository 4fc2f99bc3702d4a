"""Finding a contract's columns in a manifest's header.

Put here how names are compared. Keep out how a header is read from a file, which is each reader's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.deliveries.contract import Contract


class HeaderError(ValueError):
    """A header cannot be used; the message names the contract's column that it lacks or has twice."""


@dataclass(frozen=True)
class Header:
    """Where the contract's columns stand. ``positions`` is by our names; ``extra`` are names the contract lacks."""

    positions: dict[str, int]
    absent: tuple[str, ...]
    extra: tuple[str, ...]


def loosely(name: str) -> str:
    """A column name without blanks (of any kind) and without regard to case."""
    return "".join(name.replace("\ufeff", "").split()).casefold()


def match(names: Sequence[str], contract: Contract) -> Header:
    """Find each column of the contract among ``names``: exactly as written first, loosely otherwise.

    Raises HeaderError when a column is there twice, so that nobody could say which one is meant.
    """
    exact, loose = defaultdict(list), defaultdict(list)
    for at, name in enumerate(names):
        exact[name].append(at)
        loose[loosely(name)].append(at)
    positions: dict[str, int] = {}
    for column in contract.columns:
        found = exact.get(column.source) or loose.get(loosely(column.source), [])
        if len(found) > 1:
            raise HeaderError(f"column {column.source} stands {len(found)} times in the header; keep one")
        if found:
            positions[column.name] = found[0]
    taken = set(positions.values())
    return Header(
        positions=positions,
        absent=tuple(column.source for column in contract.columns if column.name not in positions),
        extra=tuple(name for at, name in enumerate(names) if at not in taken),
    )


def lacking(header: Header, contract: Contract) -> str | None:
    """Which required columns the header lacks, in words, or None when all are there."""
    missing = [column.source for column in contract.columns if column.required and column.name not in header.positions]
    if not missing:
        return None
    return f"the header lacks the required column{'s' * (len(missing) > 1)} {', '.join(missing)}"
