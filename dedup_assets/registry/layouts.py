"""The column layouts of reference files, as the City and the County publish them.

Put here which columns a file must and may have, under which names. Keep out how a value is read (the ``.sql`` files)
and where files lie (``folder.py``). People's names (applicant, contractor, principal) have no place in any layout, so
they are never read past the header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup_assets.registry.identity import Kind


@dataclass(frozen=True)
class Layout:
    """One column layout: our column names, each with the names that files give it.

    ``key`` columns must be there. ``stage`` is the temporary table that its rows are staged in, empty for a file
    without rows; ``keyed_by`` is the kind of identifier that a row must have to be of any use.
    """

    name: str
    stage: str
    keyed_by: Kind
    key: dict[str, tuple[str, ...]]
    optional: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def positions(self, header: list[str]) -> tuple[dict[str, int], list[str]]:
        """Where our columns stand in a header, and the key columns that it does not have, under their first name."""
        plain = [plain_name(each) for each in header]
        found = {}
        for column, names in {**self.key, **self.optional}.items():
            there = [plain.index(name) for name in names if name in plain]
            if there:
                found[column] = there[0]
        return found, [names[0] for column, names in self.key.items() if column not in found]


_LATITUDE = ("latitude", "lat")
_LONGITUDE = ("longitude", "long", "lon", "lng")
_DISTRICT = ("council_district", "cd")
_PLAN_AREA = ("community_plan_area", "cpa")
_APN = ("apn", "ain", "assessorid", "assessor_id")
_PLACE = {
    "zone": ("zone", "zoning"),
    "council_district": _DISTRICT,
    "community_plan_area": _PLAN_AREA,
    "latitude": _LATITUDE,
    "longitude": _LONGITUDE,
}
_PERMIT = {
    "permit_type": ("permit_type",),
    "permit_sub_type": ("permit_sub_type",),
    "issue_date": ("issue_date",),
    "status_date": ("status_date",),
    "valuation": ("valuation",),
    "zip_code": ("zip_code", "zip"),
}

# The older public LADBS permit datasets (yv23-pmwf, hbkd-qubn): the APN in three columns.
LADBS_55 = Layout(
    name="ladbs_55",
    stage="stage_permit",
    keyed_by="permit",
    key={
        "permit_number_raw": ("pcis_permit",),
        "assessor_book": ("assessor_book",),
        "assessor_page": ("assessor_page",),
        "assessor_parcel": ("assessor_parcel",),
    },
    optional={
        "reference_raw": ("reference_old_permit",),
        "status": ("status",),
        "address_start": ("address_start",),
        "street_direction": ("street_direction",),
        "street_name": ("street_name",),
        "street_suffix": ("street_suffix",),
        "dwelling_units": ("of_residential_dwelling_units",),
        "latitude_longitude": ("latitude_longitude",),
        **_PERMIT,
        **_PLACE,
    },
)
# The datasets that replaced them (pi9x-tg5x and its relatives).
LADBS_2020 = Layout(
    name="ladbs_2020",
    stage="stage_permit",
    keyed_by="permit",
    key={"permit_number_raw": ("permit_nbr",), "apn_raw": ("apn",)},
    optional={
        "pin_raw": ("pin_nbr",),
        "status": ("status_desc",),
        "address": ("primary_address",),
        "dwelling_units": ("du_changed",),
        **_PERMIT,
        **_PLACE,
    },
)
PARCELS = Layout(
    name="parcels",
    stage="stage_parcel",
    keyed_by="apn",
    key={"apn_raw": _APN},
    optional={
        "address": ("address", "primary_address", "situs_address"),
        "zip_code": ("zip_code", "zip"),
        "geometry_group": ("geometry_group", "geometry_id"),
        # The name of the city or county that governs it; the Assessor's roll calls it the tax rate city.
        "jurisdiction": ("jurisdiction", "tax_rate_city", "taxratecity"),
        **_PLACE,
    },
)
PARCEL_PIN = Layout(
    name="parcel_pin",
    stage="stage_pin",
    keyed_by="pin",
    key={"pin_raw": ("pin", "pin_nbr"), "apn_raw": _APN},
    optional={"latitude": _LATITUDE, "longitude": _LONGITUDE},
)
CODE_ENFORCEMENT = Layout(
    name="code_enforcement",
    stage="stage_pin",
    keyed_by="pin",
    key={"pin_raw": ("pin", "pin_nbr")},
    optional={"latitude": _LATITUDE, "longitude": _LONGITUDE},
)
LINEAGE = Layout(
    name="parcel_lineage",
    stage="stage_lineage",
    keyed_by="apn",
    key={
        "apn_raw": ("apn", "retired_apn", "old_apn"),
        "successor_raw": ("successor", "successor_apn", "new_apn"),
        "effective_date": ("effective_date", "change_date"),
    },
)
# Registered by digest and number of features; ``boundary.py`` reads its geometry.
BOUNDARY = Layout(name="boundary", stage="", keyed_by="apn", key={})

# Which layouts a file of this name can have, told apart by the first key column.
FILES: dict[str, tuple[Layout, ...]] = {
    "parcels.csv": (PARCELS,),
    "permits.csv": (LADBS_55, LADBS_2020),
    "parcel_pin.csv": (PARCEL_PIN,),
    "pin_apn_crosswalk.csv": (PARCEL_PIN,),
    "code_enforcement_pin.csv": (CODE_ENFORCEMENT,),
    "parcel_lineage.csv": (LINEAGE,),
    "city_boundary.geojson": (BOUNDARY,),
}


def plain_name(header: str) -> str:
    """A header in lower case with underscores: ``# of Stories`` is ``of_stories``."""
    return re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")
