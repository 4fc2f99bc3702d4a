"""The plan of a sample city, before anything is drawn: who delivers which rows when, and what each file holds.

Put here the words that population and planting share. Keep out what is planted (``planting/``), how pictures are made
(``pictures/``, ``files.py``) and how manifests are written (``manifests.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from dedup_assets.sample.geography import Map, Parcel, Permit
    from dedup_assets.sample.schedule import Calendar

Row = dict[str, str | None]

# Departments as defs/departments ships them, with their share of the pictures. Body-worn video has none.
SHARES = {
    "ladbs_permits": 0.45,
    "planning_zimas": 0.20,
    "lapd_booking": 0.12,
    "la28_venues": 0.08,
    "housing_pipeline": 0.15,
}
VIDEO = "lapd_bwv"
# How a file can be derived from another: copy, or one of these.
MODIFICATIONS = ("reencoded", "resized", "stamped", "stripped", "cropped", "mirrored")
BROKEN = ("truncated", "not_an_image", "empty")
DEPARTMENTS = (*SHARES, VIDEO)


@dataclass(frozen=True)
class Drawing:
    """A picture to draw. ``kind``: building, portrait, form, blank or placeholder; ``what`` are its own words."""

    kind: str
    seed: str
    what: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Derived:
    """A file made from the bytes of ``source``, a path in the landing zone. ``change``: copy, or how it was altered."""

    source: str
    change: str


@dataclass(frozen=True)
class Change:
    """What is different in a record from delivery ``start`` up to, not including, delivery ``end`` (None: for good)."""

    start: int
    end: int | None
    values: Row
    file: str | None = None  # path in the landing zone that the record points to meanwhile

    def holds(self, at: int) -> bool:
        """Whether it holds in delivery number ``at``."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass
class Record:
    """One image record through all deliveries. ``row`` is under our column names; facts of the file come in late."""

    department: str
    enters: int
    row: Row
    file: str | None = None  # path in the landing zone
    leaves: int | None = None
    returns: int | None = None
    parcel: Parcel | None = None
    permit: Permit | None = None
    changes: list[Change] = field(default_factory=list)
    touched: bool = False
    replaces: Record | None = None
    breaks: str = ""  # how the row breaks its contract, if it does: a word of manifests.py

    @property
    def image_id(self) -> str:
        """The key; given by ``Plan.number``."""
        return self.row["image_id"] or ""

    def listed(self, at: int) -> bool:
        """Whether delivery number ``at`` lists the record."""
        away = self.leaves is not None and self.leaves <= at and (self.returns is None or at < self.returns)
        return self.enters <= at and not away


@dataclass
class Plan:
    """Everything that will be written."""

    seed: int
    images: int
    calendar: Calendar
    city: Map
    records: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in DEPARTMENTS})
    files: dict[str, Drawing | Derived] = field(default_factory=dict)
    truth: Truth = field(init=False)

    def __post_init__(self) -> None:
        self.truth = Truth(self.calendar)

    def rng(self, *labels: object) -> np.random.Generator:
        """A generator for one purpose."""
        return rng(self.seed, *labels)

    def count(self, at_default: int) -> int:
        """How many of something a city of this size gets that 1,600 images get ``at_default`` of; at least one."""
        return max(1, round(at_default * self.images / 1600))

    def take(
        self, department: str, purpose: str, count: int, *, where: Callable[[Record], bool] = lambda _: True
    ) -> list[Record]:
        """Up to ``count`` records without a defect yet, which from now on count as having one; in order of their keys.

        A quarter of each department is never taken, so that a small city keeps records that nothing is wrong with.
        """
        records = self.records[department]
        free = [each for each in records if not each.touched and not each.breaks and where(each)]
        spare = sum(not each.touched for each in records) - len(records) // 4
        count = max(0, min(count, spare, len(free)))
        chosen = self.rng("take", department, purpose).permutation(len(free))[:count]
        taken = [free[int(at)] for at in sorted(chosen)]
        for record in taken:
            record.touched = True
        return taken

    def uri(self, path: str) -> str:
        """A path in the landing zone as its department refers to it."""
        return path.split("/", 1)[1]
