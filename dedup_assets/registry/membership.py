"""The identifiers that a registry holds, in memory: from its tables, or straight from its files.

Put here which files make which list. Keep out how a value is read: ``apn.py`` and its like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.registry import apn, dates, old_reference, permit, pin, police
from dedup_assets.registry.folder import read_rows
from dedup_assets.registry.identity import Identity, Kind, Known
from dedup_assets.registry.layouts import LINEAGE, PARCELS
from dedup_assets.registry.lineage import Lineage, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dedup_assets.registry.folder import File
    from dedup_assets.registry.layouts import Layout

PARSERS: dict[Kind, Callable[[str, Known | None], Identity]] = {
    "apn": apn.parse,
    "pin": pin.parse,
    "permit": permit.parse,
    "reference": old_reference.parse,
    "dr": police.parse_dr,
    "booking": police.parse_booking,
}
# The column of reference files that names one of a kind. Nobody publishes a list of DR or booking numbers.
_COLUMNS: dict[Kind, str] = {
    "apn": "apn_raw",
    "pin": "pin_raw",
    "permit": "permit_number_raw",
    "reference": "reference_raw",
}
_VARIANTS: dict[Kind, Callable[[str], Iterable[int]]] = {
    "apn": apn.variants,
    "permit": permit.variants,
    "dr": police.variants,
    "booking": police.variants,
}


def known(kind: Kind, entries: Iterable[str], *, complete: bool = False) -> Known:
    """The list of canonical ``entries`` of one kind. ``complete``: there are no others, as in a roll of parcels."""
    return Known(entries, _VARIANTS.get(kind), complete=complete)


def read_apns(roll: Iterable[str], seen: Iterable[str], lineage: Iterable[str] = ()) -> dict[str, Identity]:
    """What every raw APN of reference files means.

    ``roll`` are those of the parcel file, ``lineage`` those of the lineage file, ``seen`` those of all others.

    A registry cannot lend support to its own damaged values, so they are read twice: first for what needs no support,
    then against the roll, or without one against what the first reading gave. A retired parcel is on no roll; it
    supports its own damaged number all the same.
    """
    rolled = {raw: apn.parse(raw) for raw in roll}
    retired = {raw: apn.parse(raw) for raw in lineage}
    others = {**{raw: apn.parse(raw) for raw in seen}, **retired}
    sure = [each.canonical for each in [*(rolled or others).values(), *retired.values()] if each.canonical]
    support = known("apn", sure, complete=bool(rolled))
    mended = {raw: apn.parse(raw, support) for raw, each in others.items() if not each.canonical}
    return {**others, **mended, **rolled}


def known_from_files(kind: Kind, files: Sequence[File]) -> Known:
    """What the reference files of a folder hold of one kind; the same list as their tables give.

    Raises RegistryError as ``folder.read_rows``.
    """
    if kind == "apn":
        return apns_from_files(files)[0]
    parse = PARSERS[kind]
    return known(kind, _canonical(parse(raw, None) for raw in _distinct(kind, files)))


def apns_from_files(files: Sequence[File]) -> tuple[Known, Lineage]:
    """The APNs that the reference files of a folder hold, and their lineage; the same as their tables give.

    Raises RegistryError as ``folder.read_rows`` and ``Lineage``.
    """
    roll = [file for file in files if file.layout is PARCELS]
    parcels = _distinct("apn", roll or [file for file in files if file.layout is not LINEAGE])
    rows = _steps(files)
    stated = {raw for old, new, _ in rows for raw in (old, new) if raw}
    read = read_apns(parcels if roll else [], [] if roll else parcels, stated)
    names = {raw: each.canonical for raw, each in read.items()}
    lineage = Lineage(
        Step(retired, successor, effective)
        for old, new, day in rows
        if (retired := names.get(old)) and (successor := names.get(new)) and (effective := dates.day(day))
    )
    entries = {*_canonical(read[raw] for raw in parcels), *lineage.apns}
    return known("apn", entries, complete=bool(roll)), lineage


def _steps(files: Sequence[File]) -> list[tuple[str, str, str]]:
    """The rows of the lineage file as they stand: retired APN, successor, day."""
    rows = (row for file in files if file.layout is LINEAGE for _, row in read_rows(file) if row)
    return [(row["apn_raw"] or "", row["successor_raw"] or "", row["effective_date"] or "") for row in rows]


def _distinct(kind: Kind, files: Sequence[File]) -> set[str]:
    """The distinct raw values of one kind in the rows that the tables would accept."""
    column = _COLUMNS.get(kind, "")
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
