"""Cells that are blank, in the wrong form, or without a source; and rows that break their contract altogether."""

from __future__ import annotations

from dedup_assets.sample.plan import Plan, Record, Row
from dedup_assets.sample.planting import common

COMPLETE, VALID, TRACE = "CMP-001", "VAL-001", "TRC-001"
MANDATORY = {
    "ladbs_permits": ("captured_at", "permit_number_raw"),
    "planning_zimas": ("pin_raw", "captured_at"),
    "lapd_booking": ("subject_ref",),
    "la28_venues": ("federal_funding", "venue"),
    "housing_pipeline": ("dwelling_units", "queue_date", "apn_raw"),
    "lapd_bwv": ("duration_seconds",),
}
MALFORMED = {
    "ladbs_permits": (("byte_size", "84 KB"), ("uploaded_at", "2026-02-30T10:00:00-08:00"), ("media_type", "JPG")),
    "planning_zimas": (("uploaded_at", "31.01.2026"), ("batch_row_no", "0")),
    "lapd_booking": (("subject_ref", "731007"),),
    "la28_venues": (("captured_at", "spring 2025"),),
    "housing_pipeline": (("queue_date", "next week"), ("dwelling_units", "two"), ("uploaded_at", "2026-13-01")),
    "lapd_bwv": (("duration_seconds", "-12"), ("media_type", "MP4")),
}
UNTRACEABLE = ("source_system", "batch_id", "declared_sha256")


def blank(plan: Plan, department: str, count: int) -> None:
    """A mandatory cell without a value."""
    columns = MANDATORY[department]
    for turn, record in enumerate(plan.take(department, "blank", count, where=_plain)):
        _plant(plan, record, ("missing_mandatory_value", COMPLETE), {columns[turn % len(columns)]: None}, turn)


def malformed(plan: Plan, department: str, count: int) -> None:
    """A value that breaks the form its contract gives the column."""
    options = MALFORMED[department]
    for turn, record in enumerate(plan.take(department, "malformed", count, where=_plain)):
        _plant(
            plan,
            record,
            ("value_breaks_format", VALID),
            dict(options[turn % len(options) : turn % len(options) + 1]),
            turn,
        )


def untraceable(plan: Plan, department: str, count: int) -> None:
    """No source system, no batch, or no checksum; the old archive never computed one."""
    for turn, record in enumerate(plan.take(department, "untraceable", count, where=_plain)):
        column = UNTRACEABLE[turn % len(UNTRACEABLE)]
        changed: Row = {column: None}
        if department == "ladbs_permits" and column == "declared_sha256":
            changed["source_system"] = common.LEGACY
        _plant(plan, record, ("untraceable", TRACE), changed, turn)


def _plant(plan: Plan, record: Record, what: tuple[str, str], changed: Row, turn: int) -> None:
    kind, rule = what
    spells = common.lasting(plan, record.enters, turn)
    common.change(record, spells, changed)
    detail = ", ".join(f"{column} {value!r}" if value else f"no {column}" for column, value in changed.items())
    plan.truth.story(kind).tell(record, [rule], spells=spells, detail=detail)


def _plain(record: Record) -> bool:
    return not (record.permit and record.permit.wildcard) and not (record.parcel and record.parcel.pin is None)


def rejected(plan: Plan, department: str, ways: tuple[str, ...], count: int) -> None:
    """Rows that break their contract so badly that they are put aside; some are mended by being left out."""
    models = [each for each in plan.records[department] if each.enters == 0 and not each.breaks]
    for turn in range(min(count, len(models))):
        model = models[turn * len(models) // count]
        how = ways[turn % len(ways)]
        spells = common.lasting(plan, 0, turn)
        row = {**model.row, "file_name": f"rejected-{turn}.jpg"}
        record = Record(department, 0, row, model.file, leaves=spells[0][1], touched=True, breaks=how)
        plan.records[department].append(record)
        story = plan.truth.story("rejected_row")
        story.tell(record, ["DEL-003"], spells=spells, expected="rejected", detail=how.replace("_", " "))
