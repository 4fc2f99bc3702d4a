"""The sound records of every department that has pictures, before anything is planted.

Put here who photographs what, when, under which name. Keep out defects (``planting/``) and body-worn video
(``video.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from dedup_assets.sample.geography import METRE, USES, Parcel, Permit
from dedup_assets.sample.plan import SHARES, Drawing, Plan, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

CITY_TIME = ZoneInfo("America/Los_Angeles")
BATCH_ROWS = 24
FIRST_SHARE = 0.55  # of the records are in the first delivery already
PREFIXES = {
    "ladbs_permits": "LB",
    "planning_zimas": "PZ",
    "lapd_booking": "CANARY-BK",
    "la28_venues": "LV",
    "housing_pipeline": "HP",
}
SYSTEMS = {
    "ladbs_permits": ("permit_portal", "permit_portal", "plan_room", "legacy_archive"),
    "planning_zimas": ("field_survey", "map_office"),
    "lapd_booking": ("booking_library",),
    "la28_venues": ("venue_file",),
    "housing_pipeline": ("adu_intake", "adu_intake", "homeless_housing_intake"),
}
ROLES = ("front", "front", "street", "side", "site", "inspection")
VENUES = (
    "Halcyon Bowl",
    "Tern Field",
    "Saltworks Arena",
    "Lantern Quay Pavilion",
    "North Bluff Velodrome",
    "Almendra Aquatic Centre",
)
OUTSIDE_VENUE = "Pelican Point Stadium"
FUNDS = ("no", "no", "yes: federal security grant", "yes: transit capital grant")


@dataclass(frozen=True)
class Subject:
    """What one picture is of: a parcel with its permit, or a person."""

    parcel: Parcel | None = None
    permit: Permit | None = None
    words: tuple[tuple[str, str], ...] = ()


def populate(plan: Plan) -> None:
    """Add the sound records of every department with pictures: ``plan.images`` pictures in all."""
    for department, count in shares(plan.images, plan.calendar.deliveries).items():
        subjects = SUBJECTS[department](plan, count)
        records = [_record(plan, department, number, next(subjects)) for number in range(count)]
        records.sort(key=lambda record: record.row["uploaded_at"] or "")
        file_in_batches(plan, department, records)
        plan.records[department] += records


def shares(images: int, deliveries: int) -> dict[str, int]:
    """Pictures of each department, at least one a delivery; they add up to ``images``."""
    counts = {name: max(deliveries, int(images * share)) for name, share in SHARES.items()}
    counts["ladbs_permits"] += images - sum(counts.values())
    return counts


def first_listed(draw: np.random.Generator, plan: Plan, number: int, share: float) -> int:
    """The delivery that first lists record ``number`` of a department: for ``share`` of them, the first one.

    The first records go to one delivery each, so that no manifest has the bytes of the one before it by chance.
    """
    deliveries = plan.calendar.deliveries
    if number < deliveries:
        return number
    return 0 if draw.random() < share else int(draw.integers(min(1, deliveries - 1), deliveries))


def moments(draw: np.random.Generator, plan: Plan, enters: int) -> tuple[datetime, datetime]:
    """When a picture was taken and when it was uploaded, if it is first listed by delivery number ``enters``."""
    as_of = plan.calendar.as_of(enters)
    days = 330 if enters == 0 else as_of.day - 3
    day = as_of - timedelta(days=3 + int(draw.integers(0, days)))
    uploaded = _at(day, int(draw.integers(8 * 3600, 18 * 3600)))
    captured = _at(day - timedelta(days=int(draw.integers(1, 21))), int(draw.integers(8 * 3600, 17 * 3600)))
    return captured, uploaded


def _at(day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CITY_TIME) + timedelta(seconds=second)


def _record(plan: Plan, department: str, number: int, subject: Subject) -> Record:
    draw = plan.rng("record", department, number)
    enters = first_listed(draw, plan, number, FIRST_SHARE)
    captured, uploaded = moments(draw, plan, enters)
    record = Record(department, enters, {}, parcel=subject.parcel, permit=subject.permit)
    words = dict(subject.words)
    role = "form" if words.get("kind") in {"form", "blank"} else ROLES[int(draw.integers(len(ROLES)))]
    systems = SYSTEMS[department]
    record.row = {
        "captured_at": captured.isoformat(),
        "uploaded_at": uploaded.isoformat(),
        "source_system": systems[int(draw.integers(len(systems)))],
        "photo_role": role,
        **own_columns(draw, record, words),
    }
    record.row["file_name"] = file_name(draw, record, number)
    record.file = f"drawing/{department}/{number}"  # a name until the record has a batch
    plan.files[record.file] = drawing(plan, record, words, number)
    return record


def own_columns(draw: np.random.Generator, record: Record, words: dict[str, str]) -> dict[str, str | None]:
    """The columns that say what the picture belongs to, in the way of the record's department."""
    parcel, permit = record.parcel, record.permit
    if record.department == "lapd_booking":
        return {"subject_ref": words["number"]}
    assert parcel is not None
    number = permit.number if permit else None
    if record.department == "ladbs_permits":
        return {
            "permit_number_raw": number,
            "apn_raw": f"{parcel.dashed[:9]}***" if permit and permit.wildcard else parcel.dashed,
            "address": parcel.address,
            "uploaded_by": f"user-{int(draw.integers(1, 60)):03d}",
            "upload_channel": str(draw.choice(["portal", "counter", "batch import"])),
            "source_record_id": f"R{int(draw.integers(10**6, 10**7))}",
            "record_status": "active",
        }
    if record.department == "planning_zimas":
        return {"apn_raw": parcel.apn, "pin_raw": parcel.pin, "address": parcel.address}
    if record.department == "la28_venues":
        return {
            "permit_number_raw": number,
            "apn_raw": parcel.apn,
            "venue": words["venue"],
            "federal_funding": words["funding"],
        }
    assert permit is not None
    return {
        "permit_number_raw": number,
        "apn_raw": parcel.apn,
        "source_record_id": words["application"],
        "dwelling_units": str(permit.units),
        "queue_date": (permit.issued - timedelta(days=90)).isoformat(),
    }


def file_name(draw: np.random.Generator, record: Record, number: int) -> str:
    """A name in the department's way; a third of the permit office's are what the camera called them."""
    taken = (record.row["captured_at"] or "")[:10].replace("-", "")
    if record.department == "lapd_booking":
        return f"CANARY_{record.row['subject_ref']}_{taken}.jpg"
    if record.department == "planning_zimas":
        return f"{(record.row['pin_raw'] or '').replace(' ', '')}_{taken}_{number}.jpg"
    if record.department == "la28_venues":
        return f"{(record.row['venue'] or '').lower().replace(' ', '-')}-{number:04d}.jpg"
    if record.department == "housing_pipeline":
        return f"{record.row['source_record_id']}_{number}.jpg"
    assert record.parcel is not None
    if draw.random() < 0.34:  # a third
        return f"IMG_{int(draw.integers(1, 1000)):04d}.jpg"
    return f"{record.parcel.apn}_{record.row['photo_role']}_{number}.jpg"


def drawing(plan: Plan, record: Record, words: dict[str, str], number: int) -> Drawing:
    """How the record's picture is drawn, and what its EXIF says."""
    seed = f"{plan.seed}/{record.department}/{number}"
    what = {"captured": record.row["captured_at"] or "", **words}
    if words.get("kind") in {"form", "blank"}:
        return Drawing(words["kind"], seed, tuple(sorted({**what, **_form(record)}.items())))
    if record.department == "lapd_booking":
        what["comment"] = f"CANARY booking {words['number']}"
        return Drawing("portrait", seed, tuple(sorted(what.items())))
    parcel = record.parcel
    assert parcel is not None
    east, north = plan.rng("gps", seed).normal(0, 8 * METRE, 2)
    kinds = ("hall",) if parcel.use == "venue" else USES[parcel.use][0]
    what |= {
        "building": parcel.building,
        "kinds": " ".join(kinds),
        "latitude": f"{parcel.latitude + north:.6f}",
        "longitude": f"{parcel.longitude + east / np.cos(np.radians(parcel.latitude)):.6f}",
    }
    return Drawing("building", seed, tuple(sorted(what.items())))


def _form(record: Record) -> dict[str, str]:
    parcel, permit = record.parcel, record.permit
    assert parcel is not None
    assert permit is not None
    captured = record.row["captured_at"] or ""
    return {
        "permit": permit.number,
        "parcel": parcel.dashed,
        "zone": parcel.zone,
        "address": parcel.address,
        "date": f"{captured[5:7]}/{captured[8:10]}/{captured[:4]}",
        "valuation": f"${permit.valuation:,}",
        "units": str(permit.units),
        "inspector": f"R-{int(permit.number[-2:]) % 40 + 1}",
        "work": permit.work.lower(),
    }


def file_in_batches(plan: Plan, department: str, records: list[Record], mark: str = "") -> None:
    """Give each record its batch, its row in the batch, and the path of its file; in the order given.

    A batch never spans two deliveries. ``mark`` keeps batches that come later apart from the first ones.
    """
    rows: dict[str, int] = {}
    for record in records:
        month = (record.row["uploaded_at"] or "")[:7]
        key = f"{month}/{record.enters}"
        rows[key] = rows.get(key, 0) + 1
        batch = f"{mark}{(rows[key] - 1) // BATCH_ROWS + 1:02d}"
        record.row["batch_id"] = f"{PREFIXES[department]}-{month}-{batch}"
        record.row["batch_row_no"] = str((rows[key] - 1) % BATCH_ROWS + 1)
        folder = f"{department}/images/{month}/{batch}"
        path = f"{folder}/{record.row['file_name']}"
        if path in plan.files:  # two cameras' IMG_0042.jpg in one batch
            path = f"{folder}/{record.row['batch_row_no']}/{record.row['file_name']}"
        assert record.file is not None
        plan.files[path] = plan.files.pop(record.file)
        record.file = path


def number_records(plan: Plan) -> None:
    """Give every record its key, in the order of upload."""
    for department, prefix in PREFIXES.items():
        records = plan.records[department]
        records.sort(
            key=lambda record: (
                record.row["uploaded_at"] or "",
                record.row["batch_id"] or "",
                int(record.row["batch_row_no"] or 0),
            )
        )
        for number, record in enumerate(records, start=1):
            record.row["image_id"] = None if record.breaks == "no_image_id" else f"{prefix}-{number:06d}"
        for record in records:
            if record.replaces:
                record.row["replaces_image_id"] = record.replaces.image_id


def _permits(plan: Plan, count: int) -> Iterator[Subject]:
    """Photographs and forms of building permits: one to four a permit, some permits on one parcel, a few on ``***``."""
    draw = plan.rng("subjects", "ladbs_permits")
    scans = [int(n) for n in draw.permutation(count)[: max(2, count // 20)]]
    blanks = set(scans[: plan.count(6)]) if len(scans) > 3 else set()  # forms come first
    forms = set(scans) - blanks
    given = 0
    while True:
        parcel = plan.city.parcel(str(draw.choice(list(USES), p=[share for _, _, share in USES.values()])))
        for _ in range(1 + int(draw.random() < 0.15)):  # share of parcels with a second permit
            wildcard = len(plan.city.permits) == 4 or bool(draw.random() < 0.012)  # one at least
            permit = plan.city.permit([parcel], plan.calendar.as_of(0), wildcard=wildcard)
            for _ in range(int(draw.choice([1, 2, 3, 4], p=[0.25, 0.35, 0.25, 0.15]))):
                kind = "blank" if given in blanks else "form" if given in forms else ""
                yield Subject(parcel, permit, (("kind", kind),) if kind else ())
                given += 1


def _sites(plan: Plan, count: int) -> Iterator[Subject]:
    """Site photographs: a third of parcels that the permit office photographs too, the rest of others."""
    draw = plan.rng("subjects", "planning_zimas", count)
    shared = list({r.parcel.apn: r.parcel for r in plan.records["ladbs_permits"] if r.parcel}.values())
    order = [int(n) for n in draw.permutation(len(shared))]
    while True:
        if order and draw.random() < 0.34:  # a third
            parcel = shared[order.pop()]
        else:
            parcel = plan.city.parcel(str(draw.choice(list(USES))))
        for _ in range(1 + int(draw.random() < 0.3)):  # share with a second view
            yield Subject(parcel)


def _applications(plan: Plan, count: int) -> Iterator[Subject]:
    """Applications for dwelling units, each with its permit and one to three photographs or forms."""
    draw = plan.rng("subjects", "housing_pipeline", count)
    number = 0
    while True:
        number += 1
        use = "house" if draw.random() < 0.7 else "apartments"  # accessory dwellings prevail
        parcel = plan.city.parcel(use)
        units = 1 if use == "house" else int(draw.integers(12, 90))
        permit = plan.city.permit([parcel], plan.calendar.as_of(0), units=units)
        application = f"{'ADU' if use == 'house' else 'HHH'}-2025-{number:05d}"
        for _ in range(int(draw.integers(1, 4))):
            kind = (("kind", "form"),) if draw.random() < 0.04 else ()  # few forms
            yield Subject(parcel, permit, (("application", application), *kind))


def _venues(plan: Plan, count: int) -> Iterator[Subject]:
    """Venues inside the city with their permits, and one beyond its boundary that has none."""
    draw = plan.rng("subjects", "la28_venues", count)
    sites = []
    for venue in VENUES[: max(1, min(len(VENUES), count // 4))]:
        parcel = plan.city.venue()
        permits = [plan.city.permit([parcel], plan.calendar.as_of(0)) for _ in range(3)]
        sites.append((venue, parcel, permits))
    outside = plan.city.outside()
    given = 0
    while True:
        funding = ("funding", FUNDS[int(draw.integers(len(FUNDS)))])
        if given % 8 == 3:  # one in eight
            yield Subject(outside, None, (("venue", OUTSIDE_VENUE), funding))
        else:
            venue, parcel, permits = sites[int(draw.integers(len(sites)))]
            yield Subject(parcel, permits[int(draw.integers(3))], (("venue", venue), funding))
        given += 1


def _bookings(plan: Plan, count: int) -> Iterator[Subject]:
    """One photograph a booking; a few people are booked twice."""
    again = range(5, count, max(6, count // plan.count(4)))
    for number in range(count):
        person = number - 5 if number in again else number
        yield Subject(words=(("number", f"{7310000 + 7 * number}"), ("person", f"{plan.seed}/{person}")))


SUBJECTS = {
    "ladbs_permits": _permits,
    "planning_zimas": _sites,
    "lapd_booking": _bookings,
    "la28_venues": _venues,
    "housing_pipeline": _applications,
}
