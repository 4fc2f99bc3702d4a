"""A batch whose keys slipped by k rows against its files.

In its first half only the parcel numbers slipped, so permit and parcel disagree. In its second half permit, parcel and
address slipped together: they agree with one another, and only the picture's own evidence (GPS, the parcel in the file
name) can tell. Where the two parcels lie so near that GPS cannot, and the camera named the file, the truth says
``unseen``: no rule of today can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.sample.planting import common, names, places
from dedup_assets.sample.planting.copies import pick_batch

if TYPE_CHECKING:
    from dedup_assets.sample.plan import Plan
    from dedup_assets.sample.truth import Spell

ROWS = 2  # k


def shifted_batch(plan: Plan) -> None:
    """Plant it in an untouched batch of the permit office; it is put right in the last delivery but one."""
    batch = pick_batch(plan, "ladbs_permits", max(8, plan.count(24)))
    batch.sort(key=lambda record: int(record.row["batch_row_no"] or 0))
    last = plan.calendar.deliveries - 1
    spells: list[Spell] = [(0, last - 1 if last > 1 else None)]
    story = plan.truth.story("shifted_batch")
    related = places.related_parcels(plan.city)
    points = places.points_of(plan.city)
    for at, (record, source) in enumerate(zip(batch, batch[ROWS:], strict=False)):
        record.touched = source.touched = True
        keys = {name: source.row[name] for name in ("apn_raw", "permit_number_raw", "address")}
        if keys["apn_raw"] == record.row["apn_raw"]:
            continue  # the row k further down is of the same parcel: nothing slipped that could be seen
        far = places.is_elsewhere(plan, record.file, keys["apn_raw"], points)
        other_name = names.names_another(plan, record.row["file_name"], keys["apn_raw"], related)
        rules = [*([places.ELSEWHERE] if far else []), *([names.NAMED] if other_name else [])]
        where = (
            f"row {record.row['batch_row_no']} of {record.row['batch_id']} has that of row {source.row['batch_row_no']}"
        )
        if at < len(batch) // 2:
            common.change(record, spells, {"apn_raw": keys["apn_raw"]})
            story.tell(record, ["PAR-003", *rules], spells=spells, other=source, detail=f"parcel only; {where}")
        else:
            common.change(record, spells, keys)
            detail = f"permit, parcel and address, which agree with each other; {where}"
            expected = "finding" if rules else "unseen"
            story.tell(record, rules or ["PAR-003"], spells=spells, expected=expected, other=source, detail=detail)
