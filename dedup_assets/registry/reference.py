"""Loading a registry folder: parcels with their jurisdiction and lineage, permits, PIN-APN relations, groups.

Put here when the tables are made anew and what is asserted of them. Keep out how files are found (``folder.py``), how
rows are staged and read (``stage.py`` and the ``.sql`` files), and what an identifier means (``apn.py`` and its like).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upath import UPath

from dedup_assets.registry.boundary import read_boundary
from dedup_assets.registry.folder import File, RegistryError, find_files
from dedup_assets.registry.jurisdiction import place_parcels
from dedup_assets.registry.layouts import PARCELS
from dedup_assets.registry.lineage_tables import load_lineage
from dedup_assets.registry.stage import read_staged, stage_file
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

__all__ = ["FileReport", "RegistryError", "RegistryReport", "load_registry", "registry_version"]

# Bump when the same files would give other tables or other identifiers.
REGISTRY_VERSION = "3"


@dataclass(frozen=True)
class FileReport:
    """What became of the rows of one reference file."""

    name: str
    layout: str
    rows_in: int
    rows_accepted: int
    rows_rejected: int


@dataclass(frozen=True)
class RegistryReport:
    """What the registry's tables hold after loading.

    ``loaded`` is false when there is no registry folder; ``changed`` is whether the tables were made anew.
    """

    loaded: bool
    changed: bool
    version: str
    parcels: int
    permits: int
    pins: int
    files: tuple[FileReport, ...]


def load_registry(con: duckdb.DuckDBPyConnection, registry: str, notice: Callable[[str], None]) -> RegistryReport:
    """Make the registry's tables those of the folder (or fsspec URL) ``registry``, in one transaction of its own.

    They are made anew only when a file (by sha256), the set of files or ``REGISTRY_VERSION`` changed. Without such a
    folder the tables are left empty, and nothing can be checked against them; the report and a notice say so.

    Raises RegistryError when the folder holds no known file, or one that cannot be read; the tables stay as they were.
    """
    loaded = UPath(registry).exists()
    files = find_files(registry) if loaded else []
    version = _version(files)
    changed = version != registry_version(con)
    if changed:
        _replace(con, files, version, notice)
    if not loaded:
        notice(f"there is no registry folder {registry}: parcels and permits will not be checked")
    elif not changed:
        notice(f"registry {registry} is unchanged")
    parcels, permits, pins = con.execute(query("registry", "registry_counts")).fetchall()[0]
    reports = tuple(FileReport(*row) for row in con.execute(query("registry", "reference_files")).fetchall())
    return RegistryReport(loaded, changed, version, parcels, permits, pins, reports)


def registry_version(con: duckdb.DuckDBPyConnection) -> str:
    """The version of the registry in force: 16 hex digits over its files and the code that read them; '' before any."""
    found = con.execute(query("registry", "registry_version"), {"part": "registry"}).fetchall()
    return str(found[0][0]) if found else ""


def _version(files: list[File]) -> str:
    digest = hashlib.sha256(f"{REGISTRY_VERSION}\n".encode())
    for file in sorted(files, key=lambda each: each.name):
        digest.update(f"{file.name}\t{file.layout.name}\t{file.sha256}\n".encode())
    return digest.hexdigest()[:16]


def _replace(con: duckdb.DuckDBPyConnection, files: list[File], version: str, notice: Callable[[str], None]) -> None:
    """Every table anew, or none of them."""
    con.begin()
    try:
        con.execute(query("registry", "stage"))
        staged = {file.name: stage_file(con, file) for file in files}
        read_staged(con)
        for statement in ("registry_clear", "permit", "parcel", "parcel_pin"):
            con.execute(query("registry", statement))
        if PARCELS not in [file.layout for file in files]:
            con.execute(query("registry", "parcel_seed"))
        retired = load_lineage(con)
        for statement in ("parcel_group", "registry_point"):
            con.execute(query("registry", statement))
        elsewhere = place_parcels(con, read_boundary(files))
        accepted = dict(con.execute(query("registry", "stage_accepted")).fetchall())
        rejected = con.execute(query("registry", "stage_rejected")).fetchall()
        for file in files:
            rows_in, misfits = staged[file.name]
            reasons = {reason: rows for source, reason, rows in rejected if source == file.name}
            reasons["cells do not fit the header"] = misfits
            rows_accepted = accepted.get(file.name, 0) if file.layout.stage else rows_in
            notice(_account(con, file, rows_in, rows_accepted, reasons))
        con.execute(query("registry", "registry_state"), {"part": "registry", "version": version})
        con.execute(query("registry", "stage_drop"))
    except BaseException:
        con.rollback()
        raise
    con.commit()
    apns = ", ".join(f"{rows:,} {status}" for status, rows in con.execute(query("registry", "permit_apns")).fetchall())
    if apns:
        notice(f"APNs of the permits: {apns}")
    if retired:
        notice(f"{retired:,} retired APNs have a successor")
    if elsewhere:
        notice(f"{elsewhere:,} parcels lie outside the city")


def _account(
    con: duckdb.DuckDBPyConnection, file: File, rows_in: int, rows_accepted: int, reasons: dict[str, int]
) -> str:
    """Note what became of one file's rows, and say it. Asserts that each was either taken or rejected for a reason."""
    rows_rejected = sum(reasons.values())
    assert rows_in == rows_accepted + rows_rejected, (
        f"{file.name}: {rows_in} rows in, {rows_accepted} accepted, {rows_rejected} rejected ({reasons})"
    )
    row = {
        "name": file.name,
        "layout": file.layout.name,
        "sha256": file.sha256,
        "byte_size": file.byte_size,
        "rows_in": rows_in,
        "rows_accepted": rows_accepted,
        "rows_rejected": rows_rejected,
    }
    con.execute(query("registry", "reference_file"), row)
    why = ", ".join(f"{reason}: {rows:,}" for reason, rows in reasons.items() if rows)
    tail = f"; {rows_rejected:,} rejected ({why})" if why else ""
    return f"{file.name} ({file.layout.name}): {rows_accepted:,} of {rows_in:,} rows{tail}"
