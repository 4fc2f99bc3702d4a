"""What is wrong with the sample city, each with its truth. One module a family of defects.

Order matters: whole batches first, while they are whole; then copies; then what changes single cells; at last what only
states that something is *not* wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.sample import video
from dedup_assets.sample.plan import MODIFICATIONS
from dedup_assets.sample.planting import (
    broken,
    copies,
    identifiers,
    lookalikes,
    names,
    places,
    reuse,
    shifts,
    values,
    whole,
)

if TYPE_CHECKING:
    from dedup_assets.sample.plan import Plan

PERMITS, PLANNING, BOOKING = "ladbs_permits", "planning_zimas", "lapd_booking"
VENUES, HOUSING, VIDEO = "la28_venues", "housing_pipeline", "lapd_bwv"


def plant(plan: Plan) -> None:
    """Plant everything that fits into a city of this size, with its truth. Counts are those of 1,600 images."""
    shifts.shifted_batch(plan)
    copies.replayed_batch(plan)
    _copies(plan)
    _cells(plan)
    _files(plan)
    _rows(plan)
    identifiers.retired_parcels(plan, PERMITS, max(2, plan.count(4)))


def conclude(plan: Plan) -> None:
    """The truth that follows once every record is there and numbered."""
    lookalikes.hard_negatives(plan)
    reuse.wildcards(plan)
    reuse.outside_the_city(plan)
    whole.troubles(plan)
    places.taken_elsewhere(plan)
    names.named_after_another(plan)


def _copies(plan: Plan) -> None:
    n = plan.count
    copies.wrong_parcel(plan, PERMITS, n(14))
    copies.wrong_parcel(plan, HOUSING, n(26))
    copies.wrong_parcel(plan, VENUES, n(2))
    copies.same_case(plan, PERMITS, n(10))
    copies.same_case(plan, HOUSING, n(24))
    copies.same_case(plan, PLANNING, n(3))
    copies.across(plan, PERMITS, HOUSING, n(6), same_parcel=True)
    copies.across(plan, PERMITS, PLANNING, n(5), same_parcel=True)
    copies.across(plan, PERMITS, HOUSING, n(3), same_parcel=False)
    copies.name_keyed(plan, n(4))
    copies.placeholder(plan, HOUSING, max(2, n(14)))
    copies.doubled_booking(plan, n(2))
    lookalikes.altered(plan, PERMITS, max(len(MODIFICATIONS), n(12)))
    lookalikes.altered(plan, HOUSING, n(6))
    reuse.supplements(plan, n(6))
    reuse.condominiums(plan, n(2), 4)
    reuse.projects(plan, n(1), 3)
    reuse.before_and_after(plan, n(2))
    video.duplicates(plan, max(3, n(6)))


def _cells(plan: Plan) -> None:
    n = plan.count
    identifiers.damaged_apns(plan, PERMITS, n(14))
    identifiers.damaged_apns(plan, HOUSING, n(20))
    identifiers.damaged_permits(plan, PERMITS, n(5))
    identifiers.damaged_permits(plan, HOUSING, n(6))
    identifiers.damaged_pins(plan, n(5))
    identifiers.unknown_parcels(plan, PERMITS, n(4))
    identifiers.unknown_parcels(plan, PLANNING, n(1), all_mended=True)
    identifiers.unknown_permits(plan, PERMITS, n(2))
    identifiers.unknown_permits(plan, HOUSING, n(4))
    identifiers.disagreeing(plan, PERMITS, n(5))
    identifiers.disagreeing(plan, HOUSING, n(20))
    identifiers.disagreeing(plan, PLANNING, n(3), all_mended=True)
    for department, blanks, forms in (
        (PERMITS, 4, 5),
        (PLANNING, 2, 2),
        (BOOKING, 1, 2),
        (VENUES, 2, 1),
        (HOUSING, 28, 8),
        (VIDEO, 2, 2),
    ):
        values.blank(plan, department, n(blanks))
        values.malformed(plan, department, n(forms))
    values.untraceable(plan, PERMITS, n(18))
    values.untraceable(plan, HOUSING, n(60))
    values.untraceable(plan, VENUES, n(3))


def _files(plan: Plan) -> None:
    n = plan.count
    broken.unreadable(plan, PERMITS, max(3, n(7)))
    broken.unreadable(plan, BOOKING, n(1))
    broken.missing(plan, PERMITS, n(3))
    broken.missing(plan, HOUSING, n(4))
    broken.missing(plan, BOOKING, n(1), all_mended=True)
    broken.wrong_checksum(plan, PERMITS, n(3))
    broken.wrong_checksum(plan, PLANNING, n(1), all_mended=True)
    broken.outside_root(plan, HOUSING, n(1))


def _rows(plan: Plan) -> None:
    n = plan.count
    values.rejected(plan, PERMITS, ("wrong_field_count", "no_image_id"), n(4))
    values.rejected(plan, HOUSING, ("broken_json", "no_image_id"), n(4))
    values.rejected(plan, PLANNING, ("no_image_id",), n(1))
    values.rejected(plan, VENUES, ("no_image_id",), n(1))
    values.rejected(plan, VIDEO, ("broken_json",), n(2))
