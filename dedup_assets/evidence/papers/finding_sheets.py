"""Finding sheets: one for each rule and department with open findings, in the elements of GAGAS 8.116.

Criteria, condition, cause, effect, recommendation. Put here what a sheet says; keep out the counts (``facts.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.evidence import layout
from dedup_assets.evidence.fault import Fault
from dedup_assets.evidence.papers.facts import LISTED
from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Paper, Points, Table, Text
from dedup_assets.publishing.causes_view import cause_meaning, cause_title
from dedup_assets.publishing.words import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup_assets.evidence.papers.facts import Facts, OpenFindings
    from dedup_assets.evidence.papers.paper import Block
    from dedup_assets.findings.suites import Rule

DRAFT = (
    "DRAFT for a person to review, correct and sign. It was made from the data of a bundle by a program; nobody has "
    "reviewed it, and no response of the department is in it."
)


def finding_sheets(facts: Facts, groups: Sequence[OpenFindings]) -> Iterator[Paper]:
    """A sheet for each group; restricted departments have none, for a bundle has none of their findings.

    Raises Fault when the bundle's suites lack a rule of which findings are open.
    """
    for group in groups:
        rule = _rule(facts, group)
        result = next((each for each in facts.results(group.department) if each["rule_id"] == group.rule_id), None)
        yield Paper(
            f"finding-{group.department}-{group.rule_id}",
            f"Finding sheet: {rule.title} ({group.rule_id}), {facts.title(group.department)}",
            DRAFT,
            tuple(_blocks(facts, group, result)),
        )


def _blocks(facts: Facts, group: OpenFindings, result: dict[str, Any] | None) -> Iterator[Block]:
    rule = _rule(facts, group)
    yield Fields(
        (
            ("Bundle", facts.name),
            ("Period", facts.as_of.isoformat()),
            ("Severity", rule.severity),
            ("Open findings", f"{group.count:,}"),
            ("Elements", ("Criteria, condition, cause, effect and recommendation after GAGAS 8.116 (paragraph to be "
             "confirmed by counsel)")),
        )
    )  # fmt: skip
    yield Heading("Criteria")
    yield Text(rule.criteria)
    yield Fields((("What should hold", rule.description), ("Target", rule.target), ("Purpose", rule.purpose)))
    yield Heading("Condition")
    yield from _condition(facts, group, result)
    yield Heading("Cause")
    yield Text(
        "The likely cause of each finding by rules of evidence; what supports it stands in "
        "data/tables/finding_cause.jsonl. Nobody has confirmed it with the department."
    )
    yield Points([_cause(cause, count) for cause, count in sorted(group.causes.items(), key=_most_first)])
    yield Heading("Effect")
    yield Text(rule.effect)
    if group.permits is not None and group.federal is not None:
        yield Text(
            f"The open findings touch {_of(len(group.permits), 'permit', 'permits')} of record; {group.federal:,} of "
            f"the {group.count:,} are about work that the record says federal money pays for."
        )
    yield Heading("Recommendation")
    yield Text(rule.recommendation)
    yield Heading("Findings")
    yield _table(group)
    if group.count > len(group.first):
        yield Text(
            f"The first {LISTED} by id; the other {group.count - len(group.first):,} stand in "
            "data/tables/finding.jsonl."
        )
    yield Heading("Response and signature")
    yield Blanks(("Views of the department", "Planned corrective action", "Name", "Title", "Signature", "Date"))


def _rule(facts: Facts, group: OpenFindings) -> Rule:
    """The rule of a sheet. Raises Fault when the bundle's suites lack it."""
    rule = facts.rules.get(group.rule_id)
    if rule is None:
        raise Fault(layout.EXPECTATIONS, f"it has no rule {group.rule_id}, of which findings are open")
    return rule


def _condition(facts: Facts, group: OpenFindings, result: dict[str, Any] | None) -> Iterator[Block]:
    open_now = _of(group.count, "finding is", "findings are")
    yield Text(f"As of {facts.as_of}, {open_now} open: {_late(group)}.")
    if result is None or result["status"] not in {"pass", "fail"}:
        yield Text("The rule was not judged on the period's own delivery; the findings are of an earlier one.")
        return
    word = "met" if result["status"] == "pass" else "not met"
    yield Text(
        f"On the period's delivery {result['failing']:,} of {result['evaluated']:,} that the rule judged fail it. At "
        f"least {percent(result['mostly'], 2)} must pass, so the rule is {word}."
    )


def _late(group: OpenFindings) -> str:
    if not group.first or "due_on" not in group.first[0]:
        return "their deadlines are not in a bundle of an earlier period"
    return f"{group.late:,} past their deadline, {group.repeated:,} found again after the data had shown them gone"


def _cause(cause: str, count: int) -> str:
    meaning = cause_meaning(cause)
    return f"{cause_title(cause)}: {count:,}{f'. {meaning}' if meaning else ''}"


def _table(group: OpenFindings) -> Table:
    columns = ("Finding", "Subject", "Opened", "Due", "Condition", "Likely cause")
    rows = [
        (
            row["finding_id"],
            row["subject"],
            row.get("opened_on") or "not in this bundle",
            row.get("due_on") or "not in this bundle",
            row.get("condition") or "not in this bundle",
            cause_title(row["cause"]),
        )
        for row in group.first
    ]
    return Table(f"Open findings of {group.rule_id}", columns, rows)


def _most_first(each: tuple[str, int]) -> tuple[int, str]:
    return -each[1], each[0]


def _of(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
