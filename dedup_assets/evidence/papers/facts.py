"""What the papers of one bundle are made from, read from its files and from nothing else.

Put here reading and counting. Keep out sentences.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from dedup_assets.evidence import layout
from dedup_assets.evidence.check_contents import read
from dedup_assets.evidence.reperform_inputs import policy_in_force, rows_of
from dedup_assets.findings.suites import load_rules
from dedup_assets.scoring.measure import Measure
from dedup_assets.scoring.policies import load_policies, policy_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup_assets.evidence.verify import Verified
    from dedup_assets.findings.suites import Rule
    from dedup_assets.scoring.policy import Policy

# A sheet that lists more is read by nobody; the table has all of them.
LISTED = 100


@dataclass(slots=True)
class OpenFindings:
    """The open findings of one rule in one department. ``first``: the first of them, by id, each a row of tables.

    ``permits``: which permits of record they touch; ``federal``: how many are about work that federal money pays for;
    both None in a bundle of an earlier period, which is without impact.
    """

    department: str
    rule_id: str
    count: int = 0
    late: int = 0
    repeated: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    permits: set[str] | None = None
    federal: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One verified bundle, read. ``departments``: by name, as ``bundle.json`` has them."""

    bundle: Path
    verified: Verified
    about: Mapping[str, Any]
    as_of: date
    departments: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Rule]
    policy: Policy
    inputs: Mapping[str, Any]

    @property
    def judged_otherwise(self) -> str:
        """A sentence on departments whose results rest on other rules than the bundle holds; '' if there are none."""
        named = [self.title(each) for each in self.about["judged_by_other_rules"]]
        if not named:
            return ""
        return (
            f"Judged by other rules than those in data/expectations, which were changed since: {', '.join(named)}; "
            "data/tables/rule_result.jsonl has the digest of theirs."
        )

    @property
    def name(self) -> str:
        """The bundle's name."""
        return str(self.about["bundle"])

    def title(self, department: str) -> str:
        """What people call a department."""
        return str(self.departments[department]["title"])

    def results(self, department: str) -> list[dict[str, Any]]:
        """The rule results of a department at the period's date."""
        return [
            row
            for row in rows_of(self.bundle, "rule_result")
            if row["department"] == department and row["as_of"] == self.as_of.isoformat()
        ]

    def measures(self) -> dict[str, list[Measure]]:
        """The measures at the period's date, by department."""
        found: dict[str, list[Measure]] = {}
        for row in rows_of(self.bundle, "measure"):
            if row["as_of"] == self.as_of.isoformat():
                its = Measure(**{**row, "as_of": self.as_of})
                found.setdefault(its.department, []).append(its)
        return found

    def manifests(self, department: str) -> list[Mapping[str, Any]]:
        """What ``inputs.json`` says of a department's manifests in force."""
        stated: Sequence[Mapping[str, Any]] = self.inputs["manifests"]
        return [each for each in stated if each["department"] == department and each["in_force"]]


def read_facts(bundle: Path, verified: Verified) -> Facts:
    """Read a bundle that was verified. Raises Fault for a file that does not say what it must."""
    about = read(bundle, layout.BUNDLE)
    as_of = date.fromisoformat(about["period"])
    return Facts(
        bundle=bundle,
        verified=verified,
        about=about,
        as_of=as_of,
        departments={each["name"]: each for each in about["departments"]},
        rules={each.id: each for each in load_rules(bundle / layout.EXPECTATIONS)},
        policy=policy_at(load_policies(policy_in_force(bundle)), as_of),
        inputs=read(bundle, layout.INPUTS),
    )


def open_findings(facts: Facts) -> list[OpenFindings]:
    """The open findings of the bundle, by department and rule.

    Where each stands is told by ``finding_status``; a bundle of an earlier period is without it, and there those are
    open that the period's own delivery showed.
    """
    is_newest = bool(facts.about["is_newest_period"])
    standing = {row["finding_id"]: row for row in rows_of(facts.bundle, "finding_status") if row["status"] == "open"}
    causes = {row["finding_id"]: row["cause"] for row in rows_of(facts.bundle, "finding_cause") if row["rank"] == 1}
    impact = {row["finding_id"]: row for row in rows_of(facts.bundle, "finding_impact")}
    groups: dict[tuple[str, str], OpenFindings] = {}
    for row in rows_of(facts.bundle, "finding"):
        status = standing.get(row["finding_id"])
        if status is None and (is_newest or row["as_of"] != facts.as_of.isoformat()):
            continue
        group = groups.setdefault((row["department"], row["rule_id"]), OpenFindings(row["department"], row["rule_id"]))
        cause = causes.get(row["finding_id"], "undetermined")
        _count(group, status or {}, cause, impact.get(row["finding_id"]))
        if len(group.first) < LISTED:
            group.first.append({**row, **(status or {}), "cause": cause})
    return [groups[each] for each in sorted(groups)]


def _count(group: OpenFindings, status: Mapping[str, Any], cause: str, impact: Mapping[str, Any] | None) -> None:
    group.count += 1
    group.late += bool(status.get("is_late"))
    group.repeated += bool(status.get("repeats"))
    group.causes[cause] += 1
    if impact is not None:
        group.permits = group.permits or set()
        if impact["permit_number"]:
            group.permits.add(impact["permit_number"])
        group.federal = (group.federal or 0) + bool(impact["is_federal"])
