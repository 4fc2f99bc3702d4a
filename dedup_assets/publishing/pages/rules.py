"""A page for every rule, and the list of them: what it asks, what it found, since when, and the causes behind it.

Put here what belongs on these pages. Counts are those of the departments' pages, which have been through
``disclosure.py``; numbers of earlier dates are shown only of departments whose counts the tier may see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup_assets.publishing.audited import audited
from dedup_assets.publishing.causes_view import UNDETERMINED, cause_meaning, cause_title
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import SMALL
from dedup_assets.publishing.language import text
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.tier import Tier, is_exact
from dedup_assets.publishing.words import number
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.publication import Publication
    from dedup_assets.publishing.view import DepartmentView, RuleLine

FOLDER = "rules"
INDEX = f"{FOLDER}/index.html"

# What the suites call a dimension, where the measures call it otherwise.
_MEASURES = {"accuracy": "parcel_accuracy", "consistency": "referential_consistency"}
_STATUS_ORDER = ("fail", "error", "no_data", "pass", "not_applicable")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What the rule found in one department; ``anchored``: the department's page explains it under its id."""

    department: DepartmentView
    rule: RuleLine
    anchored: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """The rule at one date: departments by what it said of them, and failing records where they may be counted."""

    as_of: date
    not_met: int
    met: int
    not_judged: int
    failing: str | None


@dataclass(frozen=True, slots=True)
class BehindLine:
    """One likely cause of open findings of the rule; ``findings`` is None where it may not be counted."""

    title: str
    meaning: str
    findings: str | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """Everything on one rule's page, its texts in the language in force."""

    id: str
    href: str
    severity: str
    title: str
    description: str
    measure: str
    purpose: str
    criteria: str
    target: str
    judges: str
    effect: str
    recommendation: str
    results: Sequence[ResultLine]
    dates: Sequence[DateLine]
    behind: Sequence[BehindLine]
    audited: Sequence[str]
    findings_href: str | None

    @property
    def applying(self) -> list[ResultLine]:
        """The departments that it applies to."""
        return [each for each in self.results if each.rule.status != "not_applicable"]

    @property
    def not_met(self) -> int:
        """In how many departments it is not met."""
        return sum(each.rule.status == "fail" for each in self.results)


def pages(publication: Publication) -> Iterator[Page]:
    """``rules/index.html`` and ``rules/<id>.html`` for every rule."""
    history = _history(publication)
    behind = _behind(publication)
    traced = audited(publication.con, publication.tier, _shown(publication))
    views = [
        _view(publication, each, history=history, behind=behind, traced=traced.get(each.id, ()))
        for each in publication.rules
    ]
    site = publication.site
    yield Page(INDEX, render_page("rules.html", INDEX, site=site, rules=views))
    for view in views:
        yield Page(view.href, render_page("rule.html", view.href, site=site, rule=view))


def _view(
    publication: Publication,
    rule: Rule,
    *,
    history: Mapping[str, Sequence[DateLine]],
    behind: Mapping[str, Sequence[BehindLine]],
    traced: Sequence[str],
) -> RuleView:
    results = [
        ResultLine(department, line, anchored=line in department.rules_with_findings)
        for department in publication.site.city.departments
        for line in department.rules
        if line.id == rule.id
    ]
    results.sort(key=lambda each: (_STATUS_ORDER.index(each.rule.status), each.department.title))
    has_findings = publication.tier is Tier.department and any(each.anchored for each in results)
    return RuleView(
        id=rule.id,
        href=f"{FOLDER}/{rule.id}.html",
        severity=rule.severity,
        title=text(rule.title),
        description=text(rule.description),
        measure=dimension(_MEASURES.get(rule.dimension, rule.dimension)).title,
        purpose=text(rule.purpose),
        criteria=text(rule.criteria),
        target=text(rule.target),
        judges=text(rule.judges),
        effect=text(rule.effect),
        recommendation=text(rule.recommendation),
        results=results,
        dates=history.get(rule.id, ()),
        behind=behind.get(rule.id, ()),
        audited=traced,
        findings_href=f"findings/{rule.id}.html" if has_findings else None,
    )


def _shown(publication: Publication) -> dict[tuple[str, str], int]:
    """How many records fail each rule in each department, where the pages say it, by rule and department."""
    return {
        (line.id, department.name): line.failing.value
        for department in publication.site.city.departments
        for line in department.rules
        if line.failing.value is not None
    }


def _history(publication: Publication) -> dict[str, list[DateLine]]:
    """Every rule at every date, the newest first; dates at which it applied to nobody are left out."""
    countable = {each.name for each in publication.departments if is_exact(publication.tier, each)}
    names = {"departments": [each.name for each in publication.departments]}
    found: dict[tuple[str, date], list[Any]] = defaultdict(list)
    for rule_id, as_of, *row in publication.con.execute(query("publishing", "history_rows"), names).fetchall():
        found[rule_id, as_of].append(row)
    lines: dict[str, list[DateLine]] = defaultdict(list)
    for (rule_id, as_of), rows in sorted(found.items(), key=lambda each: each[0][1], reverse=True):
        said = Counter(status for _, status, _ in rows)
        failing = [failing for department, _, failing in rows if department in countable]
        lines[rule_id].append(
            DateLine(
                as_of=as_of,
                not_met=said["fail"],
                met=said["pass"],
                not_judged=said["error"] + said["no_data"],
                failing=number(sum(failing)) if failing else None,
            )
        )
    return lines


def _behind(publication: Publication) -> dict[str, list[BehindLine]]:
    """The likely causes of each rule's open findings, the most frequent first.

    Of departments that are not restricted; where the tier may not count, a cause is named only with enough findings,
    and without their number.
    """
    exact = {each.name: is_exact(publication.tier, each) for each in publication.departments}
    nameable = {each.name for each in publication.departments if exact[each.name] or not each.restricted}
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for row in publication.rows.explained.causes:
        if row.department in nameable:
            totals[row.rule_id, row.cause] += row.findings
    is_counted = publication.tier is not Tier.public
    behind: dict[str, list[BehindLine]] = defaultdict(list)
    for (rule_id, cause), findings in sorted(totals.items(), key=lambda each: (each[0][1] == UNDETERMINED, -each[1])):
        if is_counted or findings >= SMALL:
            line = BehindLine(cause_title(cause), cause_meaning(cause), number(findings) if is_counted else None)
            behind[rule_id].append(line)
    return behind
