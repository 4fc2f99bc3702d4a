"""The assessment of data reliability in the terms of GAO-20-283G: applicability, completeness, accuracy.

A determination for each purpose, by the policy's requirements. Put here what is said of it. Keep out the comparison
(``scoring/determination.py``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedup_assets.evidence.papers.paper import Blanks, Fields, Heading, Paper, Points, Table, Text
from dedup_assets.evidence.reperform_inputs import rows_of
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.words import percent
from dedup_assets.scoring.determination import determine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup_assets.evidence.papers.facts import Facts
    from dedup_assets.evidence.papers.paper import Block
    from dedup_assets.scoring.measure import Measure

DRAFT = (
    "DRAFT for an auditor to review, correct and sign. The determinations follow from counts and from the City's "
    "policy alone; whether the data are reliable enough for a purpose of the auditor's own, the auditor decides."
)

# Which dimensions speak of completeness; the others speak of accuracy.
_COMPLETENESS = frozenset({"completeness", "timeliness"})


def reliability(facts: Facts) -> Paper:
    """The assessment: a section for each department whose counts the bundle holds."""
    return Paper("data-reliability-assessment", "Data reliability assessment", DRAFT, tuple(_blocks(facts)))


def _blocks(facts: Facts) -> Iterator[Block]:
    measures = facts.measures()
    assessed = [name for name in facts.departments if name in measures]
    yield Fields(
        (
            ("Bundle", facts.name),
            ("As of", facts.as_of.isoformat()),
            ("Policy", facts.policy.version),
            ("Terms", "GAO-20-283G, Assessing Data Reliability; wording to be confirmed by counsel"),
        )
    )
    yield Heading("Determinations")
    yield Text(
        "Sufficiently reliable: the share that was measured and is right reaches what the policy requires. Not "
        "sufficiently reliable: it could not reach it even if everything unmeasured were right. Undetermined: between."
    )
    yield Table("Determination by department and purpose", ("Department", "Purpose", "Determination", "Decided by"), [
        (
            facts.title(name), each.title, each.word,
            ", ".join(dimension(its).title for its in each.dimensions) or "every requirement is met",
        )
        for name in assessed
        for each in determine(facts.policy, measures[name])
    ])  # fmt: skip
    for name in assessed:
        yield Heading(facts.title(name), new_page=True)
        yield from _department(facts, name, measures[name])
    yield Heading("What was tested, and what was not", new_page=True)
    yield Points(tuple(_limits(facts, [name for name in facts.departments if name not in measures])))
    yield Heading("Signature")
    yield Blanks(("Assessment by the auditor", "Name", "Title", "Signature", "Date"))


def _department(facts: Facts, name: str, measures: Sequence[Measure]) -> Iterator[Block]:
    results = facts.results(name)
    said = Counter(str(each["status"]) for each in results)
    yield Heading("Applicability", level=3)
    judged = said["pass"] + said["fail"]
    yield Text(
        f"Of {len(results)} rules {judged} were judged at this date; {said['not_applicable']} do not apply to what the "
        f"department delivers, {said['no_data'] + said['error']} could not be judged for want of data."
    )
    yield Heading("Completeness", level=3)
    yield Text(_received(facts, name))
    yield from _measured(f"Measures of completeness, {facts.title(name)}", measures, _COMPLETENESS)
    yield Heading("Accuracy", level=3)
    rest = {each.dimension for each in measures} - _COMPLETENESS
    yield from _measured(f"Measures of accuracy, {facts.title(name)}", measures, rest)
    failing = [each for each in results if each["status"] == "fail"]
    if failing:
        yield Table(f"Rules that are not met, {facts.title(name)}", ("Rule", "Failing", "Judged", "Must pass"), [
            (
                _rule(facts, each["rule_id"]), f"{each['failing']:,}", f"{each['evaluated']:,}",
                percent(each["mostly"], 2),
            )
            for each in failing
        ])  # fmt: skip
    else:
        yield Text("No rule that was judged is unmet.")


def _received(facts: Facts, name: str) -> str:
    periods = Counter(str(row["status"]) for row in rows_of(facts.bundle, "period") if row["department"] == name)
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(periods.items()))
    manifests = facts.manifests(name)
    total = f"Dates of the city's calendar by what was handed in: {told or 'none'}."
    if not manifests or "rows_in" not in manifests[0]:
        return total
    rows = {each: sum(its[each] for its in manifests) for each in ("rows_in", "rows_accepted", "rows_rejected")}
    return (
        f"{total} The {len(manifests)} manifests in force have {rows['rows_in']:,} rows: {rows['rows_accepted']:,} "
        f"accepted and {rows['rows_rejected']:,} rejected by the contract, each with a reason."
    )


def _measured(caption: str, measures: Sequence[Measure], wanted: frozenset[str] | set[str]) -> Iterator[Block]:
    rows = [
        (
            dimension(each.dimension).title, f"{each.defects:,}", f"{each.measured:,}", f"{each.population:,}",
            percent((each.measured - each.defects) / each.population),
            percent((each.population - each.defects) / each.population),
        )
        for each in measures
        if each.dimension in wanted
    ]  # fmt: skip
    if rows:
        yield Table(caption, ("Measure", "Defects", "Measured", "Of", "Right at least", "Right at most"), rows)


def _limits(facts: Facts, left: Sequence[str]) -> Iterator[str]:
    files = len(facts.inputs["reference_files"])
    yield (
        "Tested: every row of every manifest that could be read against its contract; every accepted record against "
        "the rules in data/expectations that apply to it and could be judged; identifiers against "
        f"{files} reference files; image files, where pictures are delivered and were there, by bytes and pixels."
    )
    yield "Not tested: whether the reference files themselves are right, and whether a photograph shows its parcel."
    yield (
        "Not tested here: how often a finding is right. Auditors test it by tracing a drawn sample to its source "
        "(`dedup sample-audit`); no result of that is in a bundle."
    )
    if facts.judged_otherwise:
        yield facts.judged_otherwise
    yield "What could not be measured counts as neither right nor wrong; it widens the bounds."
    yield "No person was interviewed and no control of the delivering systems was looked at."
    if any(each["restricted"] for each in facts.departments.values()):
        yield "Of restricted departments a bundle holds counts at most; their rows cannot be traced from it."
    if left:
        yield f"Not assessed, for the bundle has no measures of them: {', '.join(facts.title(each) for each in left)}."


def _rule(facts: Facts, rule_id: str) -> str:
    rule = facts.rules.get(rule_id)
    return f"{rule_id} {rule.title}" if rule else rule_id
