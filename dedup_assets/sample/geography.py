"""The fictional city of Port Almendra: blocks, parcels, permits and venues.

It lies in the open Pacific, its ZIP codes and permit years belong to nobody, and its street names are made up, so
nothing here can be mistaken for a place in Los Angeles. Identifiers have the public form: APN, PIN, permit number.
Put here what the city *is*. Keep out what departments say about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import cos, radians
from typing import TYPE_CHECKING

from dedup_assets.sample.pictures.noise import rng

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

CITY = "City of Port Almendra"
LATITUDE, LONGITUDE = 33.135, -119.06  # south-west corner of the grid, degrees; open sea on every map
METRE = 1 / 111_132  # degrees of latitude
LOTS = 20  # of one block, ten on each of its two streets
FRONTAGE, BLOCK_DEPTH, STREET = 18.0, 84.0, 22.0  # metres
COLUMNS, ROWS = 24, 30  # blocks
CHOICE = 100  # parcels to choose the next one from: neighbours in a list are then rarely neighbours in a street
BOOKS = (8311, 8312, 8313)
OLD_BOOK = 8310  # its numbers are retired
STREETS = (
    "SALTGRASS", "WINDLASS", "CORMORANT", "TIDEWRACK", "LANTERNFISH", "COPPERLEAF", "MARLINSPIKE", "HERONGATE",
    "FOXTAIL", "DRIFTLINE", "OYSTERCATCHER", "BELLBUOY", "SANDERLING", "CINDERPATH", "BRAMBLEDOWN", "KELPIE",
    "ALMENDRA", "QUAYSIDE", "GULLWING", "THRIFT", "SAMPHIRE", "CAPSTAN", "HALYARD", "SPINDRIFT",
)  # fmt: skip
SUFFIXES = ("ST", "AVE", "DR", "PL", "BLVD")
AREAS = ("Harbor Terrace", "Almond Grove", "Saltflats", "North Bluff", "Old Quay")
OFFICES = ("METRO", "HARBOR")
WORKS = {
    "house": ("NEW 2-STORY DWELLING WITH GARAGE", "1-STORY ADDITION AT REAR OF (E) DWELLING", "CONVERT GARAGE TO ADU"),
    "apartments": ("NEW APARTMENT BUILDING OVER PARKING", "RETROFIT OF (E) SOFT STORY", "NEW MIXED USE BUILDING"),
    "business": ("TENANT IMPROVEMENT OF RETAIL SPACE", "NEW 1-STORY RETAIL BUILDING", "RE-ROOF AND NEW FACADE"),
    "venue": ("TEMPORARY SEATING AND ACCESS RAMPS", "FIELD OF PLAY LIGHTING MASTS", "BROADCAST PLATFORMS"),
}
USES = {  # building kinds, zones, share of blocks
    "house": (("house", "house", "villa", "modern"), ("R1-1", "RD1.5-1"), 0.56),
    "apartments": (("apartments", "apartments", "modern"), ("R3-1", "R4-1"), 0.22),
    "business": (("shop", "office", "warehouse"), ("C2-1", "M1-1"), 0.22),
}  # fmt: skip


@dataclass(frozen=True)
class Parcel:
    """One parcel of record. ``pin`` is None outside the city; ``building`` names the building that stands on it."""

    apn: str
    pin: str | None
    number: int
    direction: str
    street: str
    suffix: str
    zip_code: str
    zone: str
    district: str
    area: str
    latitude: float
    longitude: float
    use: str
    building: str
    block: int
    geometry_group: str = ""

    @property
    def address(self) -> str:
        """The address in one line."""
        return f"{self.number} {self.direction} {self.street} {self.suffix}"

    @property
    def dashed(self) -> str:
        """The APN as the permit office prints it."""
        return f"{self.apn[:4]}-{self.apn[4:7]}-{self.apn[7:]}"


@dataclass(frozen=True)
class Permit:
    """One permit of record on one or several parcels; ``wildcard``: its parcel is printed as ``***``."""

    number: str
    parcels: tuple[Parcel, ...]
    issued: date
    work: str
    valuation: int
    units: int
    wildcard: bool = False

    @property
    def parcel(self) -> Parcel:
        """The first parcel."""
        return self.parcels[0]


@dataclass(frozen=True)
class Retired:
    """A parcel number that was retired on a day, and the parcels that its land became: one, or several by a split."""

    apn: str
    successors: tuple[Parcel, ...]
    effective: date


@dataclass
class Map:
    """All parcels and permits. Parcels are handed out in an order that depends on the seed alone."""

    seed: int
    parcels: list[Parcel] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    retired: list[Retired] = field(default_factory=list)
    _draw: np.random.Generator = field(init=False)
    _blocks: list[int] = field(init=False)
    _free: dict[str, list[Parcel]] = field(init=False)

    def __post_init__(self) -> None:
        self._draw = rng(self.seed, "map")
        self._blocks = [int(n) for n in self._draw.permutation(COLUMNS * ROWS)]
        self._free = {use: [] for use in USES}

    def parcel(self, use: str) -> Parcel:
        """A parcel that nobody has been given yet."""
        free = self._free[use]
        while len(free) < CHOICE:
            self._open_block()
        return free.pop(int(self._draw.integers(len(free))))

    def condominium(self, units: int) -> list[Parcel]:
        """``units`` parcels that share one geometry, as the units of one building do."""
        group = [self.parcel("apartments") for _ in range(units)]
        name = f"G{len(self.parcels):05d}"
        shared = [replace(group[0], apn=each.apn, geometry_group=name) for each in group]
        self._exchange(shared)
        return shared

    def venue(self) -> Parcel:
        """A parcel with a venue on it."""
        site = replace(self.parcel("business"), use="venue")
        self._exchange([site])
        return site

    def retire(self, successors: Sequence[Parcel], effective: date) -> Retired:
        """The number that the land of ``successors`` bore until the day ``effective``."""
        old = Retired(f"{OLD_BOOK}{len(self.retired) + 1:03d}001", tuple(successors), effective)
        self.retired.append(old)
        return old

    def _exchange(self, changed: Sequence[Parcel]) -> None:
        by_apn = {each.apn: each for each in changed}
        self.parcels = [by_apn.get(each.apn, each) for each in self.parcels]

    def outside(self) -> Parcel:
        """A parcel beyond the boundary: on the county's roll, without PIN, zone or district."""
        parcel = Parcel(
            apn=f"8399{900 + len(self.parcels) % 90:03d}901", pin=None, number=1001, direction="S", street="STARBOARD",
            suffix="PKWY", zip_code="00190", zone="", district="", area="", latitude=round(LATITUDE - 0.021, 5),
            longitude=round(LONGITUDE - 0.034, 5), use="venue", building=f"{self.seed}/outside", block=-1,
        )  # fmt: skip
        self.parcels.append(parcel)
        return parcel

    def permit(
        self,
        parcels: Sequence[Parcel],
        before: date,
        *,
        supplement_of: Permit | None = None,
        wildcard: bool = False,
        units: int | None = None,
    ) -> Permit:
        """A new permit on ``parcels``, issued in the two years up to ``before``; a supplement keeps its family."""
        draw = self._draw
        use = parcels[0].use
        sequence = len(self.permits) + 101
        application = str(draw.choice(["010", "014", "016"]))
        issued = before - timedelta(days=int(draw.integers(20, 600)))
        number = (
            f"{issued.year - 2000 - int(draw.integers(2))}{application}-{1 + int(draw.integers(2))}0000-{sequence:05d}"
        )
        if supplement_of:
            number = f"{supplement_of.number[:7]}0001{supplement_of.number[11:]}"
        if units is None:
            units = (
                int(draw.integers(4, 25)) if use == "apartments" else int(draw.integers(0, 3)) if use == "house" else 0
            )
        permit = Permit(
            number=number,
            parcels=tuple(parcels),
            issued=issued,
            work="SUPPLEMENTAL TO REVISE FOUNDATION PLAN" if supplement_of else str(draw.choice(WORKS[use])),
            valuation=int(draw.integers(8, 900)) * 1000,
            units=units,
            wildcard=wildcard,
        )
        self.permits.append(permit)
        return permit

    def _open_block(self) -> None:
        block = self._blocks.pop()
        draw = rng(self.seed, "block", block)
        use = str(draw.choice(list(USES), p=[share for _, _, share in USES.values()]))
        zone = str(draw.choice(USES[use][1]))
        row, column = divmod(block, COLUMNS)
        book, page = BOOKS[block % len(BOOKS)], block // len(BOOKS) + 1
        lots = [self._lot(draw, (row, column), (book, page), lot, (use, zone)) for lot in range(LOTS)]
        self.parcels += lots
        self._free[use] += lots

    def _lot(
        self, draw: np.random.Generator, at: tuple[int, int], book: tuple[int, int], lot: int, use: tuple[str, str]
    ) -> Parcel:
        (row, column), side, place = at, lot // 10, lot % 10
        east = column * (10 * FRONTAGE + STREET) + (place + 0.5) * FRONTAGE
        north = row * (BLOCK_DEPTH + STREET) + (0.25 + 0.5 * side) * BLOCK_DEPTH
        apn = f"{book[0]}{book[1]:03d}{lot + 1 + 3 * (lot // 7):03d}"
        band = row * len(AREAS) // ROWS
        sheet = f"{310 + row:03d}{'AB'[column % 2]}{401 + 2 * (column // 2):03d}"
        return Parcel(
            apn=apn,
            pin=f"{sheet}{lot + 1 + 20 * (row % 7):6d}",
            number=100 * (column + 10) + 4 * place + 2 + side,
            direction="EW"[column >= COLUMNS // 2],
            street=STREETS[(row + side) % len(STREETS)],
            suffix=SUFFIXES[(row + side) // len(STREETS) + (row + side) % 3],
            zip_code=f"001{10 + band:02d}",
            zone=use[1],
            district=str(1 + (row * 3 // ROWS) * 3 + column * 3 // COLUMNS),
            area=AREAS[band],
            latitude=round(LATITUDE + north * METRE, 5),
            longitude=round(LONGITUDE + east * METRE / cos(radians(LATITUDE)), 5),
            use=use[0],
            building=f"{self.seed}/{apn}/{int(draw.integers(1000))}",
            block=row * COLUMNS + column,
        )


def boundary() -> list[tuple[float, float]]:
    """The city's outline as (longitude, latitude), closed, a little outside the grid."""
    east = COLUMNS * (10 * FRONTAGE + STREET) * METRE / cos(radians(LATITUDE))
    north = ROWS * (BLOCK_DEPTH + STREET) * METRE
    pad = 0.004
    corners = [
        (-pad, -pad),
        (east + pad, -pad),
        (east + 2 * pad, north * 0.7),
        (east + pad, north + pad),
        (-pad, north + pad),
    ]
    ring = [(round(LONGITUDE + x, 6), round(LATITUDE + y, 6)) for x, y in corners]
    return [*ring, ring[0]]
