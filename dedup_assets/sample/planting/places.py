"""Where pictures were taken, and the parcels they are filed on: the truth about GPS, whatever put the two apart.

Put here what follows from where a picture was taken. Keep out what moves a picture to another parcel (``copies.py``,
``shifts.py``, ``identifiers.py``). A copy of the bytes keeps its GPS; a copy that was altered has lost it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from pyproj import Geod

from dedup_assets.sample.plan import Derived, Drawing, Plan, Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup_assets.sample.geography import Map
    from dedup_assets.sample.truth import Spell

ELSEWHERE = "PAR-006"
CONTRADICTS_M = 120.0
_ELLIPSOID = Geod(ellps="WGS84")

Point = tuple[float, float]  # latitude, longitude


def taken_elsewhere(plan: Plan) -> None:
    """Tell of every picture that was taken more than 120 m from its parcel while it is filed there.

    Those that a story has told already are left out.
    """
    told = {id(each.record) for each in plan.truth.planted if each.rule_id == ELSEWHERE}
    points = points_of(plan.city)
    for records in plan.records.values():
        for record in records:
            if id(record) in told or record.breaks:
                continue
            spells = spells_of(plan, record, partial(_apart, plan, record, points))
            if spells:
                detail = "its GPS is that of another parcel"
                plan.truth.story("taken_elsewhere").tell(record, [ELSEWHERE], spells=spells, detail=detail)


def is_elsewhere(plan: Plan, file: str | None, apn_raw: str | None, points: dict[str, list[Point]]) -> bool:
    """Whether a file's GPS is more than 120 m from every point of the parcel ``apn_raw`` and of those related to it."""
    place = _taken(plan, file)
    near = points.get((apn_raw or "").replace("-", ""), [])
    return place is not None and bool(near) and min(_metres(place, each) for each in near) > CONTRADICTS_M


def points_of(city: Map) -> dict[str, list[Point]]:
    """By APN the points of its parcel and of those that belong with it."""
    own = {each.apn: (each.latitude, each.longitude) for each in city.parcels}
    return {apn: sorted({own[each] for each in apns}) for apn, apns in related_parcels(city).items()}


def related_parcels(city: Map) -> dict[str, set[str]]:
    """By APN itself and those that belong with it: one geometry, one permit family, one PIN."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for parcel in city.parcels:
        groups["pin", parcel.pin or parcel.apn].add(parcel.apn)
        groups["geometry", parcel.geometry_group or parcel.apn].add(parcel.apn)
    for permit in city.permits:
        family = f"{permit.number[:6]}{permit.number[-5:]}"
        groups["family", family] |= set() if permit.wildcard else {each.apn for each in permit.parcels}
    related: dict[str, set[str]] = {each.apn: {each.apn} for each in city.parcels}
    for apns in groups.values():
        for apn in apns:
            related[apn] |= apns
    return related


def spells_of(plan: Plan, record: Record, shows: Callable[[int], bool]) -> list[Spell]:
    """The deliveries that list the record while ``shows`` is so of it."""
    spells: list[Spell] = []
    start: int | None = None
    for at in range(plan.calendar.deliveries):
        apart = record.listed(at) and shows(at)
        if apart and start is None:
            start = at
        elif not apart and start is not None:
            spells.append((start, at))
            start = None
    return spells if start is None else [*spells, (start, None)]


def _apart(plan: Plan, record: Record, points: dict[str, list[Point]], at: int) -> bool:
    file, apn_raw = record.file, record.row.get("apn_raw")
    for change in record.changes:
        if change.holds(at):
            file, apn_raw = change.file or file, change.values.get("apn_raw", apn_raw)
    return is_elsewhere(plan, file, apn_raw, points)


def _taken(plan: Plan, file: str | None) -> Point | None:
    """Where a file says that it was taken; None when it has no GPS."""
    made = plan.files.get(file or "")
    if isinstance(made, Derived):
        return _taken(plan, made.source) if made.change == "copy" else None
    what = dict(made.what) if isinstance(made, Drawing) else {}
    return (float(what["latitude"]), float(what["longitude"])) if "latitude" in what else None


@lru_cache(maxsize=100_000)
def _metres(one: Point, other: Point) -> float:
    return float(_ELLIPSOID.inv(one[1], one[0], other[1], other[0])[2])
