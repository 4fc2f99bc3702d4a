"""What files are named after, and the parcels they are filed on: the truth about names, whatever put the two apart.

Put here what follows from a file's name. Keep out what moves a picture to another parcel (``copies.py``, ``shifts.py``,
``identifiers.py``) and how files are named (``population.py``). A name that the camera gave says nothing.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from dedup_assets.sample.planting import places

if TYPE_CHECKING:
    from dedup_assets.sample.plan import Plan, Record

NAMED = "PAR-009"
_APN = re.compile(r"(\d{10})_")
_PIN = re.compile(r"(\d{3}[AB]\d{3}\d+)_")

Related = dict[str, set[str]]


def named_after_another(plan: Plan) -> None:
    """Tell of every file that is named after a parcel unrelated to its own while it is filed there.

    Those that a story has told already are left out.
    """
    told = {id(each.record) for each in plan.truth.planted if each.rule_id == NAMED}
    related = places.related_parcels(plan.city)
    for old in plan.city.retired:
        related[old.apn] = {old.apn, *(each.apn for each in old.successors)}
    for records in plan.records.values():
        for record in records:
            if id(record) in told or record.breaks:
                continue
            spells = places.spells_of(plan, record, partial(_apart, plan, record, related))
            if spells:
                detail = "its file is named after another parcel"
                plan.truth.story("named_after_another").tell(record, [NAMED], spells=spells, detail=detail)


def names_another(plan: Plan, name: str | None, apn_raw: str | None, related: Related) -> bool:
    """Whether a file's name gives parcels of record, or a PIN of some, and none that belongs with parcel ``apn_raw``.

    A parcel number that is damaged or incomplete is nobody's, so no name can be of another one.
    """
    filed = (apn_raw or "").replace("-", "")
    named = _named(plan, name or "")
    return bool(re.fullmatch(r"\d{10}", filed)) and bool(named) and not named & related.get(filed, {filed})


def _named(plan: Plan, name: str) -> set[str]:
    if found := _APN.match(name):
        return {each.apn for each in plan.city.parcels if each.apn == found[1]}
    if found := _PIN.match(name):
        return {each.apn for each in plan.city.parcels if (each.pin or "").replace(" ", "") == found[1]}
    return set()


def _apart(plan: Plan, record: Record, related: Related, at: int) -> bool:
    row = dict(record.row)
    for change in record.changes:
        if change.holds(at):
            row |= change.values
    return names_another(plan, row.get("file_name"), row.get("apn_raw"), related)
