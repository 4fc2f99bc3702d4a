"""The registry of the sample city, in the public column layouts.

``permits.csv`` has the older LADBS layout (APN in three columns, one row a permit and parcel). Put here how the city's
parcels and permits are written down. Keep out what they are (``geography.py``).
"""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from dedup_assets.sample.geography import CITY, OFFICES, Map, Parcel, Permit, boundary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PERMIT_COLUMNS = (
    "source_year", "assessor_book", "assessor_page", "assessor_parcel", "tract", "block", "lot", "reference_old_permit",
    "pcis_permit", "status", "status_date", "permit_type", "permit_sub_type", "permit_category", "initiating_office",
    "issue_date", "address_start", "address_end", "street_direction", "street_name", "street_suffix",
    "unit_range_start", "unit_range_end", "zip_code", "work_description", "valuation", "floor_area_zoning",
    "of_residential_dwelling_units", "of_stories", "zone", "occupancy", "floor_area_building", "census_tract",
    "council_district", "latitude_longitude",
)  # fmt: skip
PARCEL_COLUMNS = (
    "apn", "address", "zip_code", "zone", "council_district", "community_plan_area", "latitude", "longitude",
    "geometry_group",
)  # fmt: skip
TYPES = {"010": "Bldg-New", "014": "Bldg-Addition", "016": "Bldg-Alter/Repair"}
SUB_TYPES = {"house": "1 or 2 Family Dwelling", "apartments": "Apartment"}


def write_registry(folder: Path, city: Map) -> None:
    """Write permits, parcels, their PINs, their lineage and the city boundary into ``folder``."""
    folder.mkdir(parents=True)
    parcels = sorted(city.parcels, key=lambda parcel: parcel.apn)
    permits = sorted(city.permits, key=lambda permit: permit.number)
    _write(folder / "permits.csv", PERMIT_COLUMNS, (_permit(each, lot) for each in permits for lot in each.parcels))
    _write(folder / "parcels.csv", PARCEL_COLUMNS, map(_parcel, parcels))
    pins = [(p.pin, p.apn, str(p.latitude), str(p.longitude)) for p in parcels if p.pin]
    _write(folder / "parcel_pin.csv", ("pin", "apn", "lat", "long"), pins)
    steps = [(old.apn, each.apn, old.effective.isoformat()) for old in city.retired for each in old.successors]
    _write(folder / "parcel_lineage.csv", ("apn", "successor", "effective_date"), steps)
    feature = {
        "type": "Feature",
        "properties": {"name": CITY},
        "geometry": {"type": "Polygon", "coordinates": [boundary()]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    (folder / "city_boundary.geojson").write_text(json.dumps(document) + "\n", encoding="utf-8")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _parcel(parcel: Parcel) -> tuple[str, ...]:
    return (
        parcel.apn, parcel.address, parcel.zip_code, parcel.zone, parcel.district, parcel.area, str(parcel.latitude),
        str(parcel.longitude), parcel.geometry_group,
    )  # fmt: skip


def _permit(permit: Permit, lot: Parcel) -> tuple[str, ...]:
    sequence = int(permit.number[-5:])
    status = ("Issued", "Permit Finaled", "Issued", "CofO Issued")[sequence % 4]
    closed = permit.issued + timedelta(days=5 + sequence % 40)
    stories = {"house": 1 + sequence % 2, "apartments": 2 + sequence % 4}.get(lot.use, 1)
    return (
        str(permit.issued.year), lot.apn[:4], lot.apn[4:7], "***" if permit.wildcard else lot.apn[7:],
        f"PORT ALMENDRA TRACT {lot.block + 1}" if lot.block >= 0 else "", "", str(int(lot.apn[7:])),
        f"{permit.number[:2]}PA{sequence:05d}", permit.number, status, f"{closed:%m/%d/%Y} 12:00:00 AM",
        TYPES[permit.number[2:5]], SUB_TYPES.get(lot.use, "Commercial"), "Plan Check",
        OFFICES[int(permit.number[6]) - 1], f"{permit.issued:%m/%d/%Y}", str(lot.number), str(lot.number),
        lot.direction, lot.street, lot.suffix, "", "", lot.zip_code, permit.work,
        f"${permit.valuation}.00", str(permit.valuation // 180),
        str(permit.units) if permit.units else "", str(stories), lot.zone, "", str(permit.valuation // 170),
        f"{9900 + lot.block % 90}.0{1 + lot.block % 4}", lot.district,
        "" if permit.wildcard else f"({lot.latitude}, {lot.longitude})",
    )  # fmt: skip
