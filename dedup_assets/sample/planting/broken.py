"""Files that cannot be read, are not there, are not what was declared, or lie where nobody may look."""

from __future__ import annotations

from dedup_assets.sample.pictures.noise import digest
from dedup_assets.sample.plan import BROKEN, Derived, Plan, Record
from dedup_assets.sample.planting import common

UNREADABLE, MISSING, CHECKSUM, OUTSIDE = "FIL-001", "FIL-002", "FIL-003", "FIL-004"


def unreadable(plan: Plan, department: str, count: int) -> None:
    """Truncated pictures, files that are no pictures, and one without a single byte.

    Only one is empty: two would be copies of each other.
    """
    for turn, record in enumerate(_further(plan, department, "unreadable", count)):
        how = BROKEN[turn] if turn < len(BROKEN) else BROKEN[turn % 2]
        spells = common.lasting(plan, record.enters, turn)
        path = _beside(record, "broken")
        source = next(each.file for each in plan.records[department] if each.file in plan.files and not each.touched)
        assert source is not None
        plan.files[path] = Derived(source, how)
        common.change(record, spells, {}, path)
        plan.truth.story("unreadable_file").tell(record, [UNREADABLE], spells=spells, detail=how)


def missing(plan: Plan, department: str, count: int, *, all_mended: bool = False) -> None:
    """The row names a file that was never handed in."""
    for turn, record in enumerate(_further(plan, department, "missing", count)):
        spells = common.mended(plan, record.enters) if all_mended else common.lasting(plan, record.enters, turn)
        common.change(record, spells, {}, _beside(record, "never"))
        plan.truth.story("missing_file").tell(record, [MISSING], spells=spells)


def _further(plan: Plan, department: str, purpose: str, count: int) -> list[Record]:
    """Records on the parcels of sound ones, so that a file that never comes right costs no picture of the city."""
    records = plan.records[department]
    models = [each for each in records if not each.touched and common.is_photograph(plan, each)]
    if department == "lapd_booking":
        models = [each for each in records if not each.touched]
    return [
        common.like(plan, models[turn * len(models) // count], f"{purpose} {turn}", enters=models[turn].enters)
        for turn in range(min(count, len(models)))
    ]


def _beside(record: Record, mark: str) -> str:
    assert record.file is not None
    folder, name = record.file.rsplit("/", 1)
    return f"{folder}-{mark}/{name}"


def wrong_checksum(plan: Plan, department: str, count: int, *, all_mended: bool = False) -> None:
    """The declared checksum is that of other bytes."""
    for turn, record in enumerate(plan.take(department, "checksum", count)):
        spells = common.mended(plan, record.enters) if all_mended else common.lasting(plan, record.enters, turn)
        common.change(record, spells, {"declared_sha256": digest(plan.seed, "checksum", department, turn)})
        plan.truth.story("checksum_differs").tell(record, [CHECKSUM], spells=spells)


def outside_root(plan: Plan, department: str, count: int) -> None:
    """A path that climbs out of the department's folder: nothing there may be read."""
    for turn, record in enumerate(_further(plan, department, "outside", count)):
        spells = common.lasting(plan, record.enters, turn)
        path = f"{department}/../../outside/{record.row['file_name']}"
        common.change(record, spells, {}, path)
        detail = plan.uri(path)
        plan.truth.story("path_outside_root").tell(record, [OUTSIDE], spells=spells, detail=detail)
