"""What all plantings share: how long a defect lasts, and further records for those that need a file of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dedup_assets.sample import population
from dedup_assets.sample.plan import Change, Derived, Drawing, Plan, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.sample.geography import Parcel, Permit
    from dedup_assets.sample.truth import Spell

LEGACY = "legacy_archive"
BOOKINGS = 7390000  # booking numbers from here on are of further records


def lasting(plan: Plan, start: int, turn: int) -> list[Spell]:
    """Every other defect is mended after two deliveries (one, near the end); the rest stays."""
    return mended(plan, start) if turn % 2 else [(start, None)]


def mended(plan: Plan, start: int) -> list[Spell]:
    """A defect that is mended, if there is a delivery left to mend it in."""
    last = plan.calendar.deliveries - 1
    return [(start, min(last, start + 2))] if start < last else [(start, None)]


def returning(plan: Plan, start: int) -> list[Spell]:
    """A defect that is mended and comes back; in a city of few deliveries it just stays."""
    last = plan.calendar.deliveries - 1
    return [(start, start + 1), (start + 2, None)] if start + 2 <= last else [(start, None)]


def change(record: Record, spells: list[Spell], values: dict[str, str | None], file: str | None = None) -> None:
    """Let a record say something else during ``spells``."""
    record.changes += [Change(start, end, values, file) for start, end in spells]


def is_photograph(plan: Plan, record: Record) -> bool:
    """Whether a record shows a building, on a parcel that is known."""
    made = plan.files.get(record.file or "")
    wildcard = record.permit is not None and record.permit.wildcard
    return (
        isinstance(made, Drawing)
        and made.kind == "building"
        and not wildcard
        and bool(record.parcel and record.parcel.pin)
    )


def donors(plan: Plan, department: str, purpose: str, count: int) -> list[Record]:
    """Sound photographs of buildings to be copied; not those of the latest delivery, so that copies can follow."""
    last = plan.calendar.deliveries - 1

    def fits(record: Record) -> bool:
        return is_photograph(plan, record) and (record.enters < last or last == 0)

    return plan.take(department, purpose, count, where=fits)


def stranger(plan: Plan, department: str, donor: Record, purpose: str) -> Record | None:
    """A record of ``department`` on a parcel on another block than the donor's; None when there is none."""
    fitting = [
        each
        for each in plan.records[department]
        if is_photograph(plan, each) and each.parcel and donor.parcel and each.parcel.block != donor.parcel.block
    ]
    return fitting[int(plan.rng("stranger", purpose).integers(len(fitting)))] if fitting else None


def with_strangers(
    plan: Plan, chosen: list[Record], department: str, purpose: str
) -> Iterator[tuple[int, Record, Record]]:
    """Each of ``chosen`` with its turn, from 0, and a stranger of ``department``; those without one are left out."""
    for turn, record in enumerate(chosen):
        other = stranger(plan, department, record, f"{purpose} {turn}")
        if other:
            yield turn, record, other


def further(
    plan: Plan, department: str, purpose: str, *, parcel: Parcel | None, permit: Permit | None, enters: int,
    words: dict[str, str] | None = None, after: Record | None = None,
) -> Record:  # fmt: skip
    """One more record with a picture of its own, listed from delivery ``enters`` on, uploaded later than ``after``."""
    draw = plan.rng("further", department, purpose)
    captured, uploaded = population.moments(draw, plan, enters)
    if after:
        uploaded = max(uploaded, datetime.fromisoformat(after.row["uploaded_at"] or "") + timedelta(hours=5))
    record = Record(department, enters, {}, parcel=parcel, permit=permit, touched=True)
    spoken = words or {}
    systems = population.SYSTEMS[department]
    record.row = {
        "captured_at": captured.isoformat(),
        "uploaded_at": uploaded.isoformat(),
        "source_system": systems[int(draw.integers(len(systems)))],
        "photo_role": str(draw.choice(population.ROLES)),
        **population.own_columns(draw, record, spoken),
    }
    if department == "ladbs_permits" and draw.random() < 0.7:  # the old archive never looked for copies
        record.row["source_system"] = LEGACY
    number = 100_000 + len(plan.records[department])
    record.row["file_name"] = population.file_name(draw, record, number)
    record.file = f"drawing/{department}/{purpose}"
    plan.files[record.file] = population.drawing(plan, record, spoken, number)
    population.file_in_batches(plan, department, [record], mark=f"X{len(plan.records[department])}-")
    plan.records[department].append(record)
    return record


def words_of(record: Record) -> dict[str, str]:
    """The words that another record of the same venue or application needs."""
    row = record.row
    return {
        "venue": row.get("venue") or "",
        "funding": row.get("federal_funding") or "",
        "application": row.get("source_record_id") or "",
    }


def like(plan: Plan, model: Record, purpose: str, *, enters: int, after: Record | None = None) -> Record:
    """One more record of the same department, parcel and permit as ``model``; a booking gets a number of its own."""
    words = words_of(model)
    if model.department == "lapd_booking":
        words = {"number": f"{BOOKINGS + len(plan.records[model.department])}", "person": f"{plan.seed}/{purpose}"}
    return further(
        plan, model.department, purpose, parcel=model.parcel, permit=model.permit, enters=enters, words=words,
        after=after,
    )  # fmt: skip


def show_copy(plan: Plan, record: Record, donor: Record, spells: list[Spell], how: str = "copy") -> None:
    """Let ``record`` hold a copy of the donor's file during ``spells``.

    A copy keeps the time at which the donor's photograph was taken, as its EXIF does.
    """
    assert record.file is not None
    assert donor.file is not None
    folder, name = record.file.rsplit("/", 1)
    path = f"{folder}-copy/{name}"
    plan.files[path] = Derived(donor.file, how)
    change(record, spells, {"captured_at": donor.row["captured_at"]}, path)


def enters_after(plan: Plan, donor: Record) -> int:
    """The delivery after the one that first lists the donor, if there is one."""
    return min(plan.calendar.deliveries - 1, donor.enters + 1)
