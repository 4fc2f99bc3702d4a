"""Damage forensics of a CSV file of permits or parcels against a registry folder: what ``dedup forensics`` prints.

Put here which columns of a file are compared with what. Keep out how damage is recognised (``forensics.py``,
``forensics_cells.py``). Plain Python, no DuckDB. Columns with people's names are never compared: only those of
``_CELLS`` are.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upath import UPath

from dedup_assets.errors import UserError
from dedup_assets.registry.folder import find_files
from dedup_assets.registry.forensics import Damage, column_damage
from dedup_assets.registry.forensics_cells import cell_damage
from dedup_assets.registry.layouts import plain_name
from dedup_assets.registry.membership import PARSERS, known_from_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dedup_assets.registry.folder import File
    from dedup_assets.registry.identity import Kind, Known

_APN_PARTS = ("assessor_book", "assessor_page", "assessor_parcel")
_APN_WIDTHS = (4, 3, 3)
_PERMITS = "permits.csv"
# The columns that name an identifier of each kind, by plain name; the first one there is taken.
_NAMES: dict[Kind, tuple[str, ...]] = {
    "permit": ("pcis_permit", "permit_nbr", "permit_number", "permit"),
    "apn": ("apn", "ain", "assessorid", "assessor_id"),
    "pin": ("pin", "pin_nbr"),
    "reference": ("reference_old_permit",),
    "dr": ("dr_no", "dr_number"),
    "booking": ("booking_no", "booking_number"),
}
# The columns of public permit files that are compared cell by cell.
_CELLS = frozenset({
    *_APN_PARTS, "apn", "pin_nbr", "source_year", "tract", "block", "lot", "reference_old_permit", "status",
    "status_date", "status_desc", "permit_type", "permit_sub_type", "permit_group", "permit_category",
    "initiating_office", "issue_date", "submitted_date", "cofo_date", "address_start", "address_end",
    "street_direction", "street_name", "street_suffix", "primary_address", "unit_range_start", "unit_range_end",
    "zip_code", "valuation", "floor_area_zoning", "of_residential_dwelling_units", "du_changed", "of_stories", "zone",
    "occupancy", "floor_area_building", "square_footage", "height", "census_tract", "ct", "council_district", "cd",
    "latitude_longitude", "lat", "lon", "cpa", "cnc",
})  # fmt: skip


@dataclass(frozen=True)
class ForensicsReport:
    """What happened to the columns of one file.

    ``rows``: those that were read; ``rows_misfit``: those that were not, as their cells do not fit the header;
    ``rows_of_record``: of those read, the ones found in the registry by their permit number. ``identifiers``: damage of
    identifier columns, read against the registry's lists; ``cells``: damage of columns compared cell by cell with the
    row of record. Both sorted by column and transformation.
    """

    name: str
    rows: int
    rows_misfit: int
    rows_of_record: int
    identifiers: tuple[Damage, ...]
    cells: tuple[Damage, ...]

    def text(self) -> str:
        """The report in plain words, one line a column and transformation."""
        lines = [f"{self.name}: {self.rows:,} rows, {self.rows_of_record:,} of them in the registry by permit number"]
        if self.rows_misfit:
            lines.append(f"{self.rows_misfit:,} more rows were not read: their cells do not fit the header")
        for title, damages in (("Identifiers", self.identifiers), ("Other columns", self.cells)):
            lines.append(f"{title}:" if damages else f"{title}: no damage")
            lines.extend(f"  {_line(each)}" for each in damages)
        return "\n".join(lines) + "\n"


def forensics_report(csv_path: str, registry: str) -> ForensicsReport:
    """What was done to the CSV file ``csv_path`` (a path or fsspec URL), proven against the folder ``registry``.

    Raises UserError when the file cannot be read or names no identifier, RegistryError when the registry cannot.
    """
    files = find_files(registry)
    header, rows, misfits = _read(UPath(csv_path))
    columns = _identifier_columns(header)
    if not columns:
        wanted = ", ".join([" + ".join(_APN_PARTS), *(each for names in _NAMES.values() for each in names)])
        raise UserError(f"{csv_path} has no column with an identifier ({wanted}); it has {', '.join(header) or 'none'}")
    values = {kind: [_value(row, names) for row in rows] for kind, names in columns.items()}
    known = {kind: known_from_files(kind, files) for kind in columns}
    permits = [_permit(raw, known["permit"]) for raw in values["permit"]] if "permit" in columns else []
    record = _of_record(files, known.get("permit")) if permits else {}
    originals = [record.get(each or "") for each in permits]
    apns = known.get("apn")
    support = [_apn_of(row, apns) for row in originals] if apns is not None and originals else None
    identifiers: list[Damage] = []
    for kind, names in columns.items():
        says = support if kind == "apn" else None
        identifiers += column_damage(" + ".join(names), kind, values[kind], known[kind], support=says)
    return ForensicsReport(
        UPath(csv_path).name,
        len(rows),
        misfits,
        sum(each is not None for each in originals),
        tuple(sorted(identifiers, key=lambda each: (each.column, each.transformation))),
        tuple(_cells(header, rows, originals)),
    )


def _cells(
    header: Sequence[str], rows: Sequence[Mapping[str, str]], originals: Sequence[Mapping[str, str] | None]
) -> Iterable[Damage]:
    common = {name for row in originals if row is not None for name in row} if originals else set()
    for column in sorted(_CELLS & common & set(header)):
        pairs = zip(rows, originals, strict=True)
        yield from cell_damage(column, [(row[column], None if of is None else of[column]) for row, of in pairs])


def _identifier_columns(header: Sequence[str]) -> dict[Kind, tuple[str, ...]]:
    """Which columns hold an identifier, by kind; an APN may stand in three."""
    found: dict[Kind, tuple[str, ...]] = {}
    for kind, names in _NAMES.items():
        there = [name for name in names if name in header]
        if there:
            found[kind] = (there[0],)
    if set(_APN_PARTS) <= set(header):
        found["apn"] = _APN_PARTS
    return found


def _value(row: Mapping[str, str], columns: Sequence[str]) -> str | None:
    """The raw identifier of a row: one cell, or the parts of an APN.

    Parts that are whole are put together; others are kept apart, so that lost zeros can be told.
    """
    cells = [row[column] for column in columns]
    if not any(map(str.strip, cells)):
        return None
    if len(cells) == 1:
        return cells[0]
    return ("" if tuple(map(len, cells)) == _APN_WIDTHS else "-").join(each.strip() for each in cells)


def _permit(raw: str | None, known: Known) -> str | None:
    return PARSERS["permit"](raw, known).canonical if raw else None


def _of_record(files: Sequence[File], known: Known | None) -> dict[str, Mapping[str, str]]:
    """The registry's own row of every permit number that it states once; a row stated twice is no witness."""
    file = next((each for each in files if each.name == _PERMITS), None)
    found: dict[str, Mapping[str, str]] = {}
    twice: set[str] = set()
    if file is None:
        return found
    header, rows, _ = _read(file.path)
    column = next(name for name in _NAMES["permit"] if name in header)
    for row in rows:
        number = _permit(row[column], known) if known is not None else None
        if number:
            twice.update({number} & found.keys())
            found[number] = row
    return {number: row for number, row in found.items() if number not in twice}


def _apn_of(row: Mapping[str, str] | None, known: Known | None) -> str | None:
    """The APN that the registry's row of a permit states."""
    if row is None:
        return None
    columns = _identifier_columns(list(row)).get("apn")
    raw = _value(row, columns) if columns else None
    return PARSERS["apn"](raw, known).canonical if raw else None


def _read(path: UPath) -> tuple[list[str], list[dict[str, str]], int]:
    """The header by plain names, the rows as text, and how many rows do not fit the header.

    Cells of columns that are not compared, people's names among them, are dropped at once.
    """
    kept = _CELLS.union(*_NAMES.values())
    rows, misfits = [], 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = [plain_name(each) for each in next(reader, [])]
            for row in filter(None, reader):
                if len(row) == len(header):
                    rows.append({name: cell for name, cell in zip(header, row, strict=True) if name in kept})
                else:
                    misfits += 1
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read: {error}; give a file of comma-separated text in UTF-8") from error
    return header, rows, misfits


def _line(damage: Damage) -> str:
    """``lot, digits_lost: 1 of 3,315 rows; 0 restored, 1 lost; '817,000' was '817,816'``."""
    proof = f" ({damage.rows_in_registry:,} in the registry" if damage.rows_restored else ""
    proof += f", {damage.rows_by_row:,} by the row of record)" if damage.rows_by_row else ")" if proof else ""
    became = [f"{damage.rows_restored:,} restored{proof}"]
    if damage.rows_ambiguous:
        became.append(f"{damage.rows_ambiguous:,} ambiguous")
    if damage.rows_lost:
        became.append(f"{damage.rows_lost:,} lost")
    kind = " (notation only)" if damage.is_notation else ""
    share = f"{damage.rows_affected:,} of {damage.rows_given:,} rows"
    examples = ", ".join(f"{raw!r} was {means!r}" for raw, means in damage.examples)
    return f"{damage.column}, {damage.transformation}{kind}: {share}; {', '.join(became)}; {examples}"
