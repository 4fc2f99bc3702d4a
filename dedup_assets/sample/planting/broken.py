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
    for turn, (record, model) in enumerate(_further(plan, department, "unreadable", count)):
        how = BROKEN[turn] if turn < len(BROKEN) else BROKEN[turn % 2]
        spells = common.lasting(plan, record.enters, turn)
        path = _beside(record, "broken")
        assert model.file is not None
        plan.files[path] = Derived(model.file, how)
        common.change(record, spells, {}, path)
        plan.truth.story("unreadable_file").tell(record, [UNREADABLE], spells=spells, detail=how)


def missing(plan: Plan, department: str, count: int, *, all_mended: bool = False) -> None:
    """The row names a file that was never handed in."""
    for turn, (record, _) in enumerate(_further(plan, department, "missing", count)):
        spells = common.mended(plan, record.enters) if all_mended else common.lasting(plan, record.enters, turn)
        common.change(record, spells, {}, _beside(record, "never"))
        plan.truth.story("missing_file").tell(record, [MISSING], spells=spells)


def _further(plan: Plan, department: str, purpose: str, count: int) -> list[tuple[Record, Record]]:
    """New records on the parcels of sound ones, each with that one: a file that never comes right costs no picture."""
    sound = [each for each in plan.records[department] if not each.touched]
    if department != "lapd_booking":
        sound = [each for each in sound if common.is_photograph(plan, each)]
    models = [sound[turn * len(sound) // count] for turn in range(min(count, len(sound)))]
    return [
        (common.like(plan, model, f"{purpose} {turn}", enters=model.enters), model) for turn, model in enumerate(models)
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
    for turn, (record, _) in enumerate(_further(plan, department, "outside", count)):
        spells = common.lasting(plan, record.enters, turn)
        path = f"{department}/../../outside/{record.row['file_name']}"
        common.change(record, spells, {}, path)
        detail = plan.uri(path)
        plan.truth.story("path_outside_root").tell(record, [OUTSIDE], spells=spells, detail=detail)
