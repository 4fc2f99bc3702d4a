"""Reading a sample city without the code that wrote it: manifests through the deliveries room, files from disk."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import imagehash
import numpy as np
from PIL import Image

from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import load_departments
from dedup_assets.deliveries.landing import calendar
from dedup_assets.deliveries.read import read_deliveries
from deliveries_kit import DEPARTMENTS, pool

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

Row = dict[str, Any]


def lines(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Digest and time of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@dataclass
class City:
    """A sample city on disk."""

    folder: Path
    rows: dict[tuple[str, str], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    rejected: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        landing = str(self.folder / "landing")
        departments = load_departments(DEPARTMENTS)
        self.dates = [each.isoformat() for each in calendar(landing, departments, None)]
        for department in departments:
            con = pool()
            contract = load_contract(DEPARTMENTS / department.name / "contract.yaml")
            read_deliveries(con, landing, department, contract, calendar(landing, departments, None), lambda _: None)
            self._take(con, department.name)

    def _take(self, con: duckdb.DuckDBPyConnection, department: str) -> None:
        for as_of, status in con.execute("select as_of::text, status from period").fetchall():
            self.statuses[department, as_of] = status
        found = con.execute("select image_record.* from image_record join delivery using (delivery_id) where in_force")
        names = [each[0] for each in found.description]
        for cells in found.fetchall():
            row = dict(zip(names, cells, strict=True))
            self.rows[department, str(row["as_of"])][row["image_id"]] = row
        in_force = "select delivery_id from delivery where in_force"
        broken = f"select as_of::text, raw from rejected_row where delivery_id in ({in_force})"
        for as_of, raw in con.execute(broken).fetchall():
            self.rejected[department, as_of].append(raw)

    def read(self, department: str) -> list[str]:
        """Dates of the department's deliveries that could be read, in order."""
        return [each for each in self.dates if self.statuses.get((department, each)) == "read"]

    def newest(self, department: str, as_of: str) -> dict[str, Row]:
        """The rows that are known of a department on a date."""
        dates = [each for each in self.read(department) if each <= as_of]
        return self.rows[department, dates[-1]] if dates else {}

    def path(self, row: Row) -> Path:
        """Where a row says that its file is."""
        return self.folder / "landing" / row["department"] / row["storage_uri"]

    def data(self, row: Row) -> bytes:
        """The bytes of a row's file."""
        return self.path(row).read_bytes()

    @cached_property
    def truth(self) -> list[dict[str, str]]:
        """What was planted."""
        return lines(self.folder / "truth.csv")

    @cached_property
    def parcels(self) -> dict[str, dict[str, str]]:
        """Parcels of record by APN."""
        return {each["apn"]: each for each in lines(self.folder / "registry" / "parcels.csv")}

    @cached_property
    def permits(self) -> dict[str, set[str]]:
        """APNs of record by permit number."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in lines(self.folder / "registry" / "permits.csv"):
            found[each["pcis_permit"]].add(each["assessor_book"] + each["assessor_page"] + each["assessor_parcel"])
        return found

    @cached_property
    def retired(self) -> dict[str, tuple[str, set[str]]]:
        """By retired APN the day from which it is, and what it became."""
        found: dict[str, tuple[str, set[str]]] = {}
        for each in lines(self.folder / "registry" / "parcel_lineage.csv"):
            found.setdefault(each["apn"], (each["effective_date"], set()))[1].add(each["successor"])
        return found

    @cached_property
    def pins(self) -> dict[str, set[str]]:
        """APNs of record by PIN."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in lines(self.folder / "registry" / "parcel_pin.csv"):
            found[each["pin"]].add(each["apn"])
        return found


def apn(row: Row) -> str:
    """A row's APN without dashes."""
    return (row["apn_raw"] or "").replace("-", "")


def fingerprint(picture: Path | Image.Image) -> np.ndarray:
    """imagehash's 256-bit pHash as bits."""
    if isinstance(picture, Image.Image):
        return imagehash.phash(picture, hash_size=16).hash.ravel()
    with Image.open(picture) as image:
        return imagehash.phash(image, hash_size=16).hash.ravel()


def apart(one: Path, other: Path | Image.Image) -> int:
    """Bits between the hashes of two pictures."""
    return int((fingerprint(one) != fingerprint(other)).sum())


def metres(parcel: dict[str, str], path: Path) -> float:
    """How far from a parcel a picture says that it was taken."""
    with Image.open(path) as image:
        gps = image.getexif().get_ifd(0x8825)
    degrees = [float(d) + float(m) / 60 + float(s) / 3600 for d, m, s in (gps[2], gps[4])]
    north = (degrees[0] - float(parcel["latitude"])) * 111_132
    east = (-degrees[1] - float(parcel["longitude"])) * 111_132 * np.cos(np.radians(degrees[0]))
    return float(np.hypot(north, east))
