"""A registry folder: which reference files it holds, and their rows as text.

Put here how reference files are found and read. Keep out what their values mean. Every value stays the text that it is:
a reader that guesses types destroys leading zeros.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upath import UPath

from dedup_assets.errors import UserError
from dedup_assets.registry.layouts import BOUNDARY, FILES, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1024 * 1024


class RegistryError(UserError):
    """A registry folder or one of its files cannot be read; the message says which and what is expected."""


@dataclass(frozen=True)
class File:
    """One reference file of a registry folder: its name, bytes as digest and size, and layout."""

    path: UPath
    layout: Layout
    sha256: str
    byte_size: int

    @property
    def name(self) -> str:
        """The file's name, which is its source in every table."""
        return str(self.path.name)


def find_files(registry: str) -> list[File]:
    """The known files of the folder (or fsspec URL) ``registry``, by the order of ``layouts.FILES``.

    Raises RegistryError when there is no such folder, when it holds none of them, or when one lacks its key columns.
    """
    folder = UPath(registry)
    if not folder.is_dir():
        raise RegistryError(f"there is no registry folder {registry}; {_expected()}")
    found = [folder / name for name in FILES if (folder / name).is_file()]
    if not found:
        raise RegistryError(f"the registry folder {registry} holds no reference file; {_expected()}")
    return [_file(path) for path in found]


def read_rows(file: File) -> Iterator[tuple[int, dict[str, str | None] | None]]:
    """Every data row: its number from 1 on, and its values by our column names.

    Values are as written, blank ones None; a row whose cells do not fit the header has no values.

    Raises RegistryError when the file is no CSV in UTF-8.
    """
    with file.path.open("rb") as stream:
        reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
        try:
            header = next(reader, [])
            columns, _ = file.layout.positions(header)
            for row_no, row in enumerate(filter(None, reader), start=1):
                yield row_no, _values(row, len(header), columns)
        except (UnicodeDecodeError, csv.Error) as error:
            raise RegistryError(
                f"{file.path}, about line {reader.line_num}: {error}; save it as comma-separated text in UTF-8"
            ) from error


def count_features(file: File) -> int:
    """The number of features of a GeoJSON file. Raises RegistryError when it is none."""
    try:
        document = json.loads(file.path.read_bytes())
        return len(document["features"])
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryError(f"{file.path} is no GeoJSON feature collection: {error}") from error


def _values(row: list[str], width: int, columns: dict[str, int]) -> dict[str, str | None] | None:
    """The wanted cells of a row. Spreadsheets add blank cells beyond the header; any other misfit shifts columns."""
    if len(row) < width or any(row[width:]):
        return None
    values: dict[str, str | None] = {column: row[at] if row[at].strip() else None for column, at in columns.items()}
    if "assessor_book" in columns:
        values["apn_raw"] = _joined(*(values.pop(f"assessor_{part}") for part in ("book", "page", "parcel")))
    return values


def _joined(*parts: str | None) -> str | None:
    """An APN's three columns as one value, its parts kept apart so that lost zeros can be told; None when all blank."""
    return "-".join((part or "").strip() for part in parts) if any(parts) else None


def _file(path: UPath) -> File:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        first = stream.read(_BLOCK)
        block = first
        while block:
            digest.update(block)
            size += len(block)
            block = stream.read(_BLOCK)
    return File(path, _layout(path, first), digest.hexdigest(), size)


def _layout(path: UPath, beginning: bytes) -> Layout:
    """The layout that the header of a file shows."""
    layouts = FILES[path.name]
    if layouts == (BOUNDARY,):
        return BOUNDARY
    header = next(csv.reader(io.StringIO(beginning.decode("utf-8-sig", errors="replace"), newline="")), [])
    misses = {layout.name: layout.positions(header)[1] for layout in layouts}
    for layout in layouts:
        if not misses[layout.name]:
            return layout
    wanted = " or ".join(f"{', '.join(missing)} (layout {name})" for name, missing in misses.items())
    raise RegistryError(f"{path} lacks the columns {wanted}; it has {', '.join(header) or 'no header'}")


def _expected() -> str:
    return f"a registry folder holds one or more of {', '.join(FILES)} (see the README for their columns)"
