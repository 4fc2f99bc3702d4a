"""Troubles of whole deliveries, in the truth: missing, unreadable, empty, repeated, corrected, with rejected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.sample.plan import DEPARTMENTS

if TYPE_CHECKING:
    from dedup_assets.sample.plan import Plan

MISSING, UNREADABLE, REJECTED = "DEL-001", "DEL-002", "DEL-003"
WORDS = {
    "missing": (MISSING, "finding", "the department handed in nothing for this date"),
    "repeated": (MISSING, "finding", "the manifest has the very bytes of the date before, so it does not count"),
    "unreadable": (UNREADABLE, "finding", "the manifest breaks off in the middle"),
    "empty": (UNREADABLE, "finding", "the manifest holds no row"),
    "corrected": ("", "silent", "a faulty manifest and, beside it, its correction, which supersedes it"),
}
KINDS = {
    "missing": "missing_delivery",
    "repeated": "repeated_delivery",
    "unreadable": "unreadable_manifest",
    "empty": "empty_manifest",
    "corrected": "corrected_redelivery",
}


def troubles(plan: Plan) -> None:
    """One line for each trouble of the calendar, and one for each delivery that has rejected rows."""
    for department in DEPARTMENTS:
        for at in range(plan.calendar.deliveries):
            trouble = plan.calendar.trouble(department, at)
            if trouble:
                rule, expected, detail = WORDS[trouble]
                plan.truth.tell_delivery(KINDS[trouble], department, at, rule=rule, expected=expected, detail=detail)
        for at in plan.calendar.readable(department):
            broken = sum(record.breaks != "" and record.listed(at) for record in plan.records[department])
            if broken:
                plan.truth.tell_delivery(
                    "rejected_rows", department, at, rule=REJECTED, expected="finding", detail=f"{broken} rows"
                )
