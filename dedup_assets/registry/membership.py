"""The identifiers that a registry holds, in memory: from its tables, or straight from its files.

Put here which files make which list. Keep out how a value is read: ``apn.py``, ``pin.py``, ``permit.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.registry import apn, permit, pin
from dedup_assets.registry.folder import read_rows
from dedup_assets.registry.identity import Identity, Kind, Known
from dedup_assets.registry.layouts import PARCELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dedup_assets.registry.folder import File
    from dedup_assets.registry.layouts import Layout

PARSERS: dict[Kind, Callable[[str, Known | None], Identity]] = {
    "apn": apn.parse,
    "pin": pin.parse,
    "permit": permit.parse,
}
_COLUMNS: dict[Kind, str] = {"apn": "apn_raw", "pin": "pin_raw", "permit": "permit_number_raw"}


def known(kind: Kind, entries: Iterable[str], *, complete: bool = False) -> Known:
    """The list of canonical ``entries`` of one kind. ``complete``: there are no others, as in a roll of parcels."""
    variants = {"apn": apn.variants, "permit": permit.variants, "pin": None}[kind]
    return Known(entries, variants, complete=complete)


def read_apns(roll: Iterable[str], seen: Iterable[str]) -> dict[str, Identity]:
    """What every raw APN of reference files means: ``roll`` those of the parcel file, ``seen`` those of all others.

    A registry cannot lend support to its own damaged values, so they are read twice: first for what needs no support,
    then against the roll, or without one against what the first reading gave.
    """
    rolled = {raw: apn.parse(raw) for raw in roll}
    others = {raw: apn.parse(raw) for raw in seen}
    sure = [each.canonical for each in (rolled or others).values() if each.canonical]
    support = known("apn", sure, complete=bool(rolled))
    mended = {raw: apn.parse(raw, support) for raw, each in others.items() if not each.canonical}
    return {**others, **mended, **rolled}


def known_from_files(kind: Kind, files: Sequence[File]) -> Known:
    """What the reference files of a folder hold of one kind; the same list as their tables give.

    Raises RegistryError as ``folder.read_rows``.
    """
    if kind == "apn":
        roll = [file for file in files if file.layout is PARCELS]
        read = read_apns(_distinct("apn", roll), [] if roll else _distinct("apn", files))
        return known("apn", _canonical(read.values()), complete=bool(roll))
    parse = PARSERS[kind]
    return known(kind, _canonical(parse(raw, None) for raw in _distinct(kind, files)))


def _distinct(kind: Kind, files: Sequence[File]) -> set[str]:
    """The distinct raw values of one kind in the rows that the tables would accept."""
    column = _COLUMNS[kind]
    return {
        value
        for file in files
        if file.layout.stage
        for _, row in read_rows(file)
        if row and (value := row.get(column)) and _accepted(file.layout, row)
    }


def _accepted(layout: Layout, row: Mapping[str, str | None]) -> bool:
    """Whether a row's own key is usable. A parcel's key is its APN, which is read with all others."""
    kind = layout.keyed_by
    return kind == "apn" or PARSERS[kind](row[_COLUMNS[kind]] or "", None).canonical is not None


def _canonical(identities: Iterable[Identity]) -> set[str]:
    return {each.canonical for each in identities if each.canonical}
