"""Damaged and wrong identifiers: what a spreadsheet does to them, and what people mistype.

Put here keys that break, with what they can be mended to. Keep out whole rows that slipped (``shifts.py``).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from dedup_assets.sample.planting import common

if TYPE_CHECKING:
    from dedup_assets.sample.plan import Plan, Record

IDENTIFIER, PARCEL, PERMIT, PIN, UNKNOWN_PERMIT = "IDN-001", "PAR-002", "PAR-003", "PAR-004", "PAR-005"
LINEAGE = "PAR-007"

Damage = tuple[str, str, str]  # the raw value, what it can be mended to (empty: nothing), what happened


def damaged_apns(plan: Plan, department: str, count: int) -> None:
    """APNs after a spreadsheet round trip: some can be mended, some fit several parcels, some are lost."""
    collisions = Counter(concatenated(each.apn) for each in plan.city.parcels)

    def short(record: Record) -> bool:
        return _resolved(plan, record) and record.parcel is not None and int(record.parcel.apn[4:7]) < 100

    for turn, record in enumerate(plan.take(department, "damaged apn", count, where=short)):
        assert record.parcel is not None
        _plant(plan, record, "apn_raw", apn_damage(record.parcel.apn, turn, collisions), turn)


def concatenated(apn: str) -> str:
    """Book, page and parcel run together after their zeros were lost."""
    return f"{apn[:4]}{int(apn[4:7])}{int(apn[7:])}"


def apn_damage(apn: str, turn: int, collisions: Counter[str]) -> Damage:
    """What happened to one APN, by turns."""
    book, page, parcel = apn[:4], int(apn[4:7]), int(apn[7:])
    joined = concatenated(apn)
    unique = apn if collisions[joined] == 1 else ""
    dated = (f"{page}/{parcel}/{book}", apn, "spreadsheet: read as a date")
    return (
        (f"{book}-{page}-{parcel}", apn, "spreadsheet: zeros of the parts lost"),
        (f"{apn}.0", apn, "spreadsheet: a float"),
        (joined, unique, "spreadsheet: zeros lost, parts run together" + ("" if unique else "; several parcels fit")),
        (f"{apn[0]}.{apn[1:].rstrip('0')}E+09", apn, "spreadsheet: an exponent, all digits kept"),
        (f"{apn[0]}.{apn[1:3]}E+09", "", "spreadsheet: an exponent, digits lost"),
        dated if page <= 12 and parcel <= 28 else (f"{book} {page:03d} {parcel:03d}", apn, "blanks for dashes"),
        ("SEE PLANS", "", "words in place of a number"),
    )[turn % 7]


def damaged_permits(plan: Plan, department: str, count: int) -> None:
    """Permit numbers after a spreadsheet round trip."""
    for turn, record in enumerate(plan.take(department, "damaged permit", count, where=lambda r: _resolved(plan, r))):
        assert record.permit is not None
        first, office, last = record.permit.number.split("-")
        damage = (
            (f"{first}-{office}-{int(last)}", record.permit.number, "spreadsheet: zeros of the last part lost"),
            (f"{first}{office}{last}.0", record.permit.number, "spreadsheet: a float"),
            ("#######", "", "spreadsheet: the column was too narrow"),
        )[turn % 3]
        _plant(plan, record, "permit_number_raw", damage, turn)


def damaged_pins(plan: Plan, count: int) -> None:
    """PINs whose inner blanks were trimmed: a fixed width, so most lose nothing."""
    for turn, record in enumerate(
        plan.take("planning_zimas", "damaged pin", count, where=lambda r: _resolved(plan, r))
    ):
        pin = record.parcel.pin if record.parcel else None
        assert pin is not None
        sheet, lot = pin[:7], pin[7:].strip()
        damage = (
            (f"{sheet} {lot}", pin, "blanks trimmed to one"),
            (f"{sheet}{lot}", pin, "blanks lost"),
            (sheet[:5], "", "cut off"),
        )[turn % 3]
        _plant(plan, record, "pin_raw", damage, turn)


def _plant(plan: Plan, record: Record, column: str, damage: Damage, turn: int) -> None:
    raw, canonical, what = damage
    spells = common.lasting(plan, record.enters, turn)
    common.change(record, spells, {column: raw})
    expected = f"repaired:{canonical}" if canonical else "finding"
    story = plan.truth.story("damaged_identifier")
    story.tell(record, [IDENTIFIER], spells=spells, expected=expected, detail=f"{column} {raw!r}: {what}")


def unknown_parcels(plan: Plan, department: str, count: int, *, all_mended: bool = False) -> None:
    """A well-formed APN that no parcel has; whatever names the true parcel then disagrees with it."""
    for turn, record in enumerate(plan.take(department, "unknown parcel", count, where=lambda r: _resolved(plan, r))):
        assert record.parcel is not None
        spells = common.mended(plan, record.enters) if all_mended else common.lasting(plan, record.enters, turn)
        raw = f"8319{record.parcel.apn[4:]}"
        common.change(record, spells, {"apn_raw": raw})
        rules = [PARCEL, *([PERMIT] if record.permit else []), *([PIN] if department == "planning_zimas" else [])]
        detail = f"{raw} is in no registry"
        plan.truth.story("unknown_parcel").tell(record, rules, spells=spells, detail=detail)


def unknown_permits(plan: Plan, department: str, count: int) -> None:
    """A well-formed permit number that nobody issued."""
    for turn, record in enumerate(plan.take(department, "unknown permit", count, where=lambda r: _resolved(plan, r))):
        assert record.permit is not None
        spells = common.lasting(plan, record.enters, turn)
        raw = f"{record.permit.number[:12]}{90000 + turn}"
        common.change(record, spells, {"permit_number_raw": raw})
        plan.truth.story("unknown_permit").tell(record, [UNKNOWN_PERMIT], spells=spells, detail=raw)


def disagreeing(plan: Plan, department: str, count: int, *, all_mended: bool = False) -> None:
    """A parcel number that is somebody else's: the permit, or the PIN, says another place."""
    pin = department == "planning_zimas"
    rule = PIN if pin else PERMIT
    chosen = plan.take(department, "disagreeing", count, where=lambda r: _resolved(plan, r))
    for turn, record, elsewhere in common.with_strangers(plan, chosen, department, f"{department} disagreeing"):
        other = elsewhere.parcel
        assert other is not None
        spells = common.mended(plan, record.enters) if all_mended else common.lasting(plan, record.enters, turn)
        common.change(record, spells, {"pin_raw": other.pin} if pin else {"apn_raw": other.apn})
        kind = "pin_and_parcel_disagree" if pin else "permit_and_parcel_disagree"
        plan.truth.story(kind).tell(record, [rule], spells=spells, detail=f"names {other.pin if pin else other.apn}")


def retired_parcels(plan: Plan, department: str, count: int) -> None:
    """The number that a parcel bore before it was renumbered, years ago, or split, while the deliveries went on.

    The permit names the parcel of today. Until the day of the split the old number is right.
    """
    for turn, record in enumerate(plan.take(department, "retired parcel", count, where=lambda r: _resolved(plan, r))):
        parcel = record.parcel
        assert parcel is not None
        is_split = turn % 2 == 0
        at = max(record.enters, plan.calendar.deliveries // 2 if is_split else 0)
        neighbour = next(p for p in plan.city.parcels if p.block == parcel.block and p.apn != parcel.apn)
        became = (parcel, neighbour) if is_split else (parcel,)
        effective = plan.calendar.as_of(at) - timedelta(days=10 if is_split else 1000)
        old = plan.city.retire(became, effective)
        spells = common.lasting(plan, at, turn)
        common.change(record, [(record.enters, spells[0][1])], {"apn_raw": old.apn})
        story = plan.truth.story("retired_parcel")
        detail = f"{old.apn} became {' and '.join(each.apn for each in became)} on {effective.isoformat()}"
        story.tell(record, [LINEAGE], spells=spells, detail=detail)
        story.tell(record, [PARCEL, PERMIT], spells=[(record.enters, None)], expected="silent", detail=detail)


def _resolved(plan: Plan, record: Record) -> bool:
    """Whether everything that names the record's place is on record, so that one wrong word stands out."""
    if not common.is_photograph(plan, record) or record.parcel is None or record.parcel.geometry_group:
        return False
    return record.permit is not None or record.department == "planning_zimas"
