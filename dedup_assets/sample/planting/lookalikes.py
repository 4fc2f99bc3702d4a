"""Pictures that look alike: copies that were changed on the way, and different documents that only look the same.

Put here near duplicates and hard negatives. Keep out byte copies (``copies.py``).
"""

from __future__ import annotations

from collections import defaultdict

from dedup_assets.sample.plan import MODIFICATIONS, Derived, Drawing, Plan, Record
from dedup_assets.sample.planting import common, copies

NEAR = "DUP-003"


def altered(plan: Plan, department: str, count: int) -> None:
    """Copies on the parcel of a stranger that were altered on the way, in every way of ``MODIFICATIONS`` in turn.

    They are copies all the same, both sides are findings; but of one that was stamped only a person may say so.
    """
    chosen = common.donors(plan, department, "altered", count)
    for turn, donor, model in common.with_strangers(plan, chosen, department, f"{department} altered"):
        how = MODIFICATIONS[turn % len(MODIFICATIONS)]
        record = common.like(plan, model, f"altered {turn}", enters=common.enters_after(plan, donor), after=donor)
        spells = common.lasting(plan, record.enters, turn)
        common.show_copy(plan, record, donor, spells, how)
        if how != "stamped":
            story = plan.truth.story("altered_copy_wrong_parcel")
            copies.both_sides(story, record, donor, spells, f"modification={how}")
            continue
        story = plan.truth.story("stamped_copy_wrong_parcel")
        for one, other, side in ((record, donor, "the copy"), (donor, record, "the original")):
            story.tell(one, [NEAR], spells=spells, other=other, detail=f"modification={how}; {side}")


def hard_negatives(plan: Plan) -> None:
    """Say of what looks alike, and is not the same, that it must stay silent."""
    _forms(plan)
    _blanks(plan)
    _two_views(plan)
    _two_bookings(plan)


def _of_kind(plan: Plan, kind: str) -> list[Record]:
    found = []
    for records in plan.records.values():
        for record in records:
            made = plan.files.get(record.file or "")
            if isinstance(made, Derived):
                made = plan.files.get(made.source)
            if isinstance(made, Drawing) and made.kind == kind:
                found.append(record)
    return found


def _forms(plan: Plan) -> None:
    story = plan.truth.story("form_on_one_template")
    for record in _of_kind(plan, "form"):
        detail = "one template, other values: near by its hash"
        story.tell(record, [NEAR, "DUP-001"], spells=_life(record), expected="silent", detail=detail)


def _blanks(plan: Plan) -> None:
    story = plan.truth.story("blank_scan")
    for record in _of_kind(plan, "blank"):
        story.tell(record, [NEAR], spells=_life(record), expected="silent", detail="an empty sheet: its hash is noise")


def _two_views(plan: Plan) -> None:
    """Two photographs of one building, a dozen at most: the whole city is full of them."""
    views: dict[str, list[Record]] = defaultdict(list)
    for record in _of_kind(plan, "building"):
        if record.parcel and not record.touched:
            views[record.parcel.building].append(record)
    pairs = [(each[0], each[1]) for each in views.values() if len(each) > 1]
    for one, other in pairs[: plan.count(12)]:
        spells = [(max(one.enters, other.enters), None)]
        plan.truth.story("two_views_of_one_building").tell(one, [NEAR], spells=spells, expected="silent", other=other)


def _two_bookings(plan: Plan) -> None:
    people: dict[str, list[Record]] = defaultdict(list)
    for record in _of_kind(plan, "portrait"):
        made = plan.files[record.file or ""]
        if isinstance(made, Drawing):
            people[dict(made.what)["person"]].append(record)
    for one, *others in people.values():
        for other in others:
            spells = [(max(one.enters, other.enters), None)]
            story = plan.truth.story("one_person_two_bookings")
            story.tell(other, [NEAR, "DUP-001"], spells=spells, expected="silent", other=one)


def _life(record: Record) -> list[tuple[int, int | None]]:
    return [(record.enters, record.leaves)]
