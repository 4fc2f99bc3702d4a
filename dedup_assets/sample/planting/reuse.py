"""Legitimate reuse: the same photograph twice, and nothing wrong with it.

Put here what must stay silent although the bytes are equal, or although an identifier looks odd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.sample.planting import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.sample.geography import Parcel, Permit
    from dedup_assets.sample.plan import Plan, Record

DEPARTMENT = "ladbs_permits"
SILENT = ("DUP-001", "PAR-001", "PAR-003")


def supplements(plan: Plan, count: int) -> None:
    """A supplement to a permit keeps the photograph of the original."""
    for turn, donor in enumerate(common.donors(plan, DEPARTMENT, "supplement", count)):
        assert donor.permit is not None
        if donor.permit.number[7:11] != "0000":
            continue
        permit = plan.city.permit([donor.permit.parcel], plan.calendar.as_of(0), supplement_of=donor.permit)
        record = _copied(plan, donor, f"supplement {turn}", donor.parcel, permit)
        _both_silent(plan, "legitimate_supplement", record, donor)


def condominiums(plan: Plan, buildings: int, units: int) -> None:
    """The units of a condominium share one photograph of their building, each under its own permit."""
    for building in range(buildings):
        parcels = plan.city.condominium(units)
        permits = [plan.city.permit([parcel], plan.calendar.as_of(0)) for parcel in parcels]
        _shared(plan, parcels, permits, f"condominium {building}", "legitimate_condominium")


def projects(plan: Plan, count: int, lots: int) -> None:
    """One permit for several lots, and one photograph of the project on each of them."""
    for project in range(count):
        parcels = [plan.city.parcel("house") for _ in range(lots)]
        permit = plan.city.permit(parcels, plan.calendar.as_of(0))
        _shared(plan, parcels, [permit] * lots, f"project {project}", "legitimate_project_lots")


def before_and_after(plan: Plan, count: int) -> None:
    """A photograph filed as "after" that replaces its own "before": work that has not begun."""
    for turn, donor in enumerate(common.donors(plan, DEPARTMENT, "before after", count)):
        donor.row["photo_role"] = "before"
        record = _copied(plan, donor, f"after {turn}", donor.parcel, donor.permit)
        record.row["photo_role"] = "after"
        record.replaces = donor
        _both_silent(plan, "legitimate_before_after", record, donor)


def wildcards(plan: Plan) -> None:
    """``***`` in an APN is the county's word for many or undetermined parcels: unresolved, not wrong."""
    for record in plan.records[DEPARTMENT]:
        if record.permit and record.permit.wildcard and not record.touched:
            _silent(plan, "wildcard_apn", record, ("IDN-001", "PAR-002", "PAR-003"), "the permit of record has *** too")


def outside_the_city(plan: Plan) -> None:
    """A venue beyond the boundary has an APN on the county's roll, but no PIN and no permit of this city."""
    for record in plan.records["la28_venues"]:
        if record.parcel and record.parcel.pin is None and not record.touched:
            _silent(plan, "venue_outside_city", record, ("PAR-002", "PAR-003", "CMP-001"), "no city permit is due")


def _shared(plan: Plan, parcels: Sequence[Parcel], permits: Sequence[Permit], purpose: str, kind: str) -> None:
    first = common.further(plan, DEPARTMENT, f"{purpose} 0", parcel=parcels[0], permit=permits[0], enters=0)
    for turn, (parcel, permit) in enumerate(zip(parcels[1:], permits[1:], strict=True), start=1):
        record = _copied(plan, first, f"{purpose} {turn}", parcel, permit)
        _both_silent(plan, kind, record, first)


def _copied(plan: Plan, donor: Record, purpose: str, parcel: Parcel | None, permit: Permit | None) -> Record:
    record = common.further(plan, DEPARTMENT, purpose, parcel=parcel, permit=permit, enters=donor.enters, after=donor)
    common.show_copy(plan, record, donor, [(record.enters, None)])
    return record


def _both_silent(plan: Plan, kind: str, record: Record, donor: Record) -> None:
    story = plan.truth.story(kind)
    for one, other in ((record, donor), (donor, record)):
        story.tell(one, SILENT, spells=[(record.enters, None)], expected="silent", other=other)


def _silent(plan: Plan, kind: str, record: Record, rules: Sequence[str], detail: str) -> None:
    story = plan.truth.story(kind)
    story.tell(record, rules, spells=[(record.enters, None)], expected="silent", detail=detail)
