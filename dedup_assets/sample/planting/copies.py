"""Copies: the same photograph where it should be once, elsewhere, and again as a whole batch.

Put here byte copies. Keep out copies that were changed on the way (``lookalikes.py``) and copies that are nobody's
fault (``reuse.py``).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dedup_assets.sample.plan import Derived, Drawing, Plan, Record
from dedup_assets.sample.planting import common

if TYPE_CHECKING:
    from dedup_assets.sample.truth import Spell, Story

COPY, PARCEL, ELSEWHERE, TWO_BOOKINGS = "DUP-001", "PAR-001", "DUP-002", "MIS-001"


def same_case(plan: Plan, department: str, count: int) -> None:
    """A second copy on the same permit and parcel."""
    for turn, donor in enumerate(common.donors(plan, department, "same case", count)):
        record = common.like(plan, donor, f"same case {turn}", enters=common.enters_after(plan, donor), after=donor)
        spells = common.lasting(plan, record.enters, turn)
        common.show_copy(plan, record, donor, spells)
        plan.truth.story("byte_copy_same_case").tell(record, [COPY], spells=spells, other=donor)


def wrong_parcel(plan: Plan, department: str, count: int) -> None:
    """A copy on the parcel of a stranger. The data alone cannot say which of the two is wrong, so both are findings."""
    chosen = common.donors(plan, department, "wrong parcel", count)
    for turn, donor, model in common.with_strangers(plan, chosen, department, f"{department} wrong parcel"):
        record = common.like(plan, model, f"wrong parcel {turn}", enters=common.enters_after(plan, donor), after=donor)
        spells = common.lasting(plan, record.enters, turn)
        if turn == 2:  # one that is mended and comes back
            spells = common.returning(plan, record.enters)
        common.show_copy(plan, record, donor, spells)
        both_sides(plan.truth.story("byte_copy_wrong_parcel"), record, donor, spells, "the parcels are strangers")


def both_sides(story: Story, record: Record, donor: Record, spells: list[Spell], detail: str) -> None:
    """Truth of a copy on an unrelated parcel of the same department."""
    story.tell(record, [COPY, PARCEL], spells=spells, other=donor, detail=f"the copy; {detail}")
    story.tell(donor, [PARCEL], spells=spells, other=record, detail=f"the photograph that was copied; {detail}")


def across(plan: Plan, source: str, target: str, count: int, *, same_parcel: bool) -> None:
    """A photograph of ``source`` that ``target`` holds too: for the same parcel, or for a stranger's."""
    purpose = f"across {source} {target} {same_parcel}"
    chosen = common.donors(plan, source, purpose, count)
    strangers = common.with_strangers(plan, chosen, target, purpose)
    for turn, donor, model in ((at, each, each) for at, each in enumerate(chosen)) if same_parcel else strangers:
        words = {**common.words_of(model), **({"application": f"ADU-2025-9{turn:04d}"} if same_parcel else {})}
        record = common.further(
            plan, target, f"{purpose} {turn}", parcel=model.parcel,
            permit=None if target == "planning_zimas" else model.permit,
            enters=common.enters_after(plan, donor), words=words, after=donor,
        )  # fmt: skip
        spells = common.lasting(plan, record.enters, turn)
        common.show_copy(plan, record, donor, spells)
        rules = [ELSEWHERE] if same_parcel else [ELSEWHERE, PARCEL]
        kind = "copy_across_departments" if same_parcel else "copy_across_departments_wrong_parcel"
        story = plan.truth.story(kind)
        always = [(donor.enters, None)]
        story.tell(record, rules, spells=spells, other=donor, other_spells=always, detail="the copy")
        story.tell(donor, rules, spells=always, other=record, other_spells=spells, detail="the one that was copied")


def replayed_batch(plan: Plan) -> None:
    """A batch of permits that was imported twice: new keys, a new batch number, the same rows, the same bytes."""
    batch = pick_batch(plan, "ladbs_permits", max(3, plan.count(22)))
    start = min(1, plan.calendar.deliveries - 1)
    last = plan.calendar.deliveries - 1
    leaves = min(start + 3, last) if start < last else None
    again = []
    for turn, donor in enumerate(batch):
        donor.touched = True
        record = common.like(plan, donor, f"replay {turn}", enters=start, after=donor)
        record.leaves = leaves
        record.row |= {name: donor.row[name] for name in ("captured_at", "photo_role", "file_name", "source_system")}
        again.append(record)
    _one_burst(plan, again, batch)
    story = plan.truth.story("replayed_batch")
    for record, donor in zip(again, batch, strict=True):
        detail = f"batch {donor.row['batch_id']} again as {record.row['batch_id']}"
        story.tell(record, [COPY], spells=[(start, leaves)], other=donor, detail=detail)


def _one_burst(plan: Plan, again: list[Record], batch: list[Record]) -> None:
    """Give a replayed batch one minute of upload, one batch number and the first import's row numbers."""
    if not again:
        return
    latest = max(each.row["uploaded_at"] or "" for each in again)
    folder = f"ladbs_permits/images/{latest[:7]}/R1"
    for record, donor in zip(again, batch, strict=True):
        assert record.file is not None
        assert donor.file is not None
        del plan.files[record.file]
        row = donor.row["batch_row_no"] or ""
        record.row |= {
            "uploaded_at": latest,
            "batch_id": f"LB-{latest[:7]}-R1",
            "batch_row_no": row,
            "upload_channel": "batch import",
        }
        record.file = f"{folder}-{row}/{record.row['file_name']}"
        plan.files[record.file] = Derived(donor.file, "copy")


def pick_batch(plan: Plan, department: str, size: int) -> list[Record]:
    """The untouched photographs of one batch of the first delivery: of the batch with nearest to ``size`` of them."""
    batches: dict[str, list[Record]] = defaultdict(list)
    for record in plan.records[department]:
        if record.enters == 0 and not record.touched and common.is_photograph(plan, record):
            batches[record.row["batch_id"] or ""].append(record)
    if not batches:
        return []
    name = min(batches, key=lambda batch: (abs(len(batches[batch]) - size), batch))
    return batches[name]


def name_keyed(plan: Plan, count: int) -> None:
    """An importer that attaches by file name: two cameras' IMG_0042.jpg, one of which now hangs on both parcels."""
    last = plan.calendar.deliveries - 1

    def camera_named(record: Record) -> bool:
        named = (record.row["file_name"] or "").startswith("IMG_")
        return named and common.is_photograph(plan, record) and (record.enters < last or last == 0)

    chosen = plan.take("ladbs_permits", "name keyed", count, where=camera_named)
    for turn, donor, model in common.with_strangers(plan, chosen, "ladbs_permits", "name keyed"):
        record = common.like(plan, model, f"name keyed {turn}", enters=common.enters_after(plan, donor), after=donor)
        rename(plan, record, donor.row["file_name"] or "")
        spells = common.lasting(plan, record.enters, turn)
        common.show_copy(plan, record, donor, spells)
        both_sides(plan.truth.story("name_keyed_attach"), record, donor, spells, f"both are {donor.row['file_name']}")


def rename(plan: Plan, record: Record, name: str) -> None:
    """Give a record's file another name in the same folder."""
    assert record.file is not None
    path = f"{record.file.rsplit('/', 1)[0]}/{name}"
    plan.files[path] = plan.files.pop(record.file)
    record.file, record.row["file_name"] = path, name


def placeholder(plan: Plan, department: str, count: int) -> None:
    """The "no photo available" card on several unrelated parcels."""
    models: dict[int, Record] = {}
    for record in plan.records[department]:
        if common.is_photograph(plan, record) and record.parcel:
            models.setdefault(record.parcel.block, record)
    cards: list[Record] = []
    for turn, model in enumerate(list(models.values())[:count]):
        record = common.like(plan, model, f"placeholder {turn}", enters=0, after=cards[-1] if cards else None)
        rename(plan, record, "no_photo.jpg")
        assert record.file is not None
        plan.files[record.file] = Drawing("placeholder", "card")
        if cards:
            record.row["captured_at"] = cards[0].row["captured_at"]
        cards.append(record)
    if len(cards) > 1:
        story = plan.truth.story("placeholder")
        for record in cards:
            rules = [PARCEL] if record is cards[0] else [COPY, PARCEL]
            other = cards[1] if record is cards[0] else cards[0]
            story.tell(record, rules, spells=[(0, None)], other=other)


def doubled_booking(plan: Plan, count: int) -> None:
    """One booking photograph under two booking numbers: no duplicate, whoever the person is; both are findings."""
    for turn, donor in enumerate(plan.take("lapd_booking", "doubled", count)):
        record = common.like(plan, donor, f"doubled {turn}", enters=donor.enters, after=donor)
        spells = common.lasting(plan, record.enters, turn)
        common.show_copy(plan, record, donor, spells)
        story = plan.truth.story("doubled_booking_photograph")
        for one, other in ((record, donor), (donor, record)):
            story.tell(one, [TWO_BOOKINGS], spells=spells, other=other)
            story.tell(one, [COPY], spells=spells, expected="silent", other=other)
