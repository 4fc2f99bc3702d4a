"""The summary schedule of prior audit findings, in the words of 2 CFR 200.511(b).

Put here the schedule's lines. Keep out how a status is come by (``findings/ledger_schedule.sql``).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Paper, Points, Table, Text
from dedup_assets.evidence.reperform_inputs import rows_of
from dedup_assets.publishing.causes_view import cause_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.evidence.papers.facts import Facts
    from dedup_assets.evidence.papers.paper import Block

DRAFT = (
    "DRAFT for the auditee to review, complete and sign. These are findings of a program about image records, not "
    "audit findings; which of them belong into the schedule of an audit, the auditee decides."
)

_COLUMNS = (
    "Reference", "Rule", "Likely cause", "First found in fiscal year", "Status", "Found", "Verified gone",
    "Gone, not yet verified", "Withdrawn", "Still open", "Repeated", "Audit reference number",
)  # fmt: skip


def schedule(facts: Facts) -> Paper:
    """The schedule: a table for each department, a row for each rule, cause and fiscal year."""
    return Paper(
        "summary-schedule-of-prior-findings",
        "Summary schedule of prior findings",
        DRAFT,
        tuple(_blocks(facts)),
        wide=True,
    )


def _blocks(facts: Facts) -> Iterator[Block]:
    yield Fields((("Bundle", facts.name), ("As of", facts.as_of.isoformat()), ("Words", "2 CFR 200.511(b)")))
    rows = [each for each in rows_of(facts.bundle, "ledger_schedule") if each["as_of"] == facts.as_of.isoformat()]
    if not rows:
        yield Text(_why_none(facts))
        return
    yield Heading("What the words mean here")
    yield Points(
        (
            "fully corrected: every finding of the line is gone, and a later delivery was held to verify it",
            "partially corrected: some are gone, or gone and not yet verified",
            "not corrected: all are open",
            "no longer valid: all were withdrawn by a person's decision",
            "repeated: found again after the data had shown it gone",
            "the fiscal year begins on 1 July and is named after the year in which it ends",
        )
    )
    for number, (department, its) in enumerate(groupby(rows, key=lambda each: str(each["department"])), start=1):
        lines = list(its)
        yield Heading(facts.title(department), new_page=number > 1)
        yield Table(
            f"Prior findings, {facts.title(department)}",
            _COLUMNS,
            [_line(facts, row, f"{department}/{place}") for place, row in enumerate(lines, start=1)],
        )
        yield from _to_explain(lines, department)
    yield Heading("Signature")
    yield Blanks(("Name", "Title", "Signature", "Date"))


def _line(facts: Facts, row: dict[str, Any], reference: str) -> tuple[str, ...]:
    rule = facts.rules.get(row["rule_id"])
    counts = ("found", "verified", "held", "withdrawn", "still_open", "repeated")
    return (
        reference,
        f"{row['rule_id']} {rule.title}" if rule else row["rule_id"],
        cause_title(row["cause"] or "undetermined"),
        str(row["fiscal_year"]),
        row["status_200_511"],
        *(f"{row[name]:,}" for name in counts),
        "",
    )


def _to_explain(lines: list[dict[str, Any]], department: str) -> Iterator[Block]:
    """What the regulation asks a person to say of findings that are not, or only partly, corrected."""
    asked = [
        f"{department}/{place}"
        for place, row in enumerate(lines, start=1)
        if row["status_200_511"] in {"not corrected", "partially corrected"}
    ]
    invalid = [
        f"{department}/{place}"
        for place, row in enumerate(lines, start=1)
        if row["status_200_511"] == "no longer valid"
    ]
    if asked:
        yield Text(
            "The data do not say why findings recur, nor what is planned or was done about them; the auditee completes "
            "this."
        )
        columns = ("Reference", "Reasons for recurrence", "Planned corrective action", "Partial action taken")
        yield Table(f"To be completed, {department}", columns, [(each, "", "", "") for each in asked])
    if invalid:
        why = ("Reference", "Why it is no longer valid or does not warrant further action")
        yield Table(f"To be completed for findings no longer valid, {department}", why, [(x, "") for x in invalid])


def _why_none(facts: Facts) -> str:
    absent = next((each.get("absent") for each in facts.about["tables"] if each["name"] == "ledger_schedule"), None)
    return f"This bundle has no schedule: {absent}." if absent else "There are no prior findings."
