"""The findings of one department, one by one: by rule with evidence and pictures, by severity and by status as lists.

Put here these pages, for a department's own tier alone. Every finding stands once, on its rule's pages, under its id as
the anchor; the lists by severity and status lead there. No script: a filter is a page.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing.cause_words import cause_words
from dedup_assets.publishing.causes_view import UNDETERMINED, cause_title
from dedup_assets.publishing.condition_words import condition_words
from dedup_assets.publishing.disposal_words import disposal_words
from dedup_assets.publishing.figures import DELIVERY_SUITE
from dedup_assets.publishing.finding_rows import read_findings, read_twins
from dedup_assets.publishing.impact_view import disposal_title
from dedup_assets.publishing.language import mark, text
from dedup_assets.publishing.pages.sheets import sheet_of, sheets
from dedup_assets.publishing.publication import Page
from dedup_assets.publishing.render import render_page
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.view import Photograph
from dedup_assets.publishing.words import SEVERITIES, Words, parcel_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.finding_rows import FindingRow
    from dedup_assets.publishing.publication import Publication
    from dedup_assets.publishing.rows import ExampleRow, TwinRow
    from dedup_assets.publishing.view import DepartmentView

FOLDER = "findings"
INDEX = f"{FOLDER}/index.html"

STATUSES = Words(
    open=mark("Still open"),
    closed=mark("Gone, to be confirmed by the next delivery"),
    verified=mark("Corrected and confirmed"),
    withdrawn=mark("Withdrawn as no defect"),
)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, ready to be printed; ``href`` is where it stands, with its anchor."""

    id: str
    href: str
    rule_id: str
    rule_title: str
    subject: str
    severity: str
    status: str
    opened_on: date
    due_on: date
    ended_on: date | None
    is_late: bool
    condition: str | Markup
    cause: str
    cause_told: str | Markup
    disposal: str
    law: str | Markup
    photograph: Photograph | None
    twin: Photograph | None

    @property
    def status_text(self) -> str:
        """Where it stands, in words."""
        return STATUSES.get(self.status, self.status)


@dataclass(frozen=True, slots=True)
class Filter:
    """One list of findings: by rule, severity or status."""

    key: str
    title: str
    href: str
    findings: int
    still_open: int


def pages(publication: Publication) -> Iterator[Page]:
    """``findings/index.html`` and the lists that it leads to; nothing at any other tier than a department's own."""
    if publication.tier is not Tier.department:
        return
    for department in publication.departments:
        yield from _department_pages(publication, department)


def _department_pages(publication: Publication, department: Department) -> Iterator[Page]:
    views = finding_views(publication, department)
    by_rule, by_severity, by_status = (_grouped(views, each) for each in ("rule_id", "severity", "status"))
    rules = {each.id: text(each.title) for each in publication.rules}
    filters = {
        "rules": [_filter(f"{FOLDER}/{key}", key, rules.get(key, key), its) for key, its in by_rule.items()],
        "severities": [
            _filter(f"{FOLDER}/severity-{key}", key, SEVERITIES[key], by_severity[key])
            for key in SEVERITIES
            if key in by_severity
        ],
        "statuses": [
            _filter(f"{FOLDER}/status-{key}", key, STATUSES[key], by_status[key])
            for key in STATUSES
            if key in by_status
        ],
    }
    site, shown = publication.site, _shown(publication, department)
    yield Page(
        INDEX,
        render_page("findings_index.html", INDEX, site=site, department=shown, filters=filters, total=len(views)),
    )
    for kind, groups in (("rules", by_rule), ("severities", by_severity), ("statuses", by_status)):
        for each in filters[kind]:
            for sheet in sheets(groups[each.key], each.href.removesuffix(".html")):
                listed = render_page(
                    "findings.html",
                    sheet.name,
                    site=site,
                    department=shown,
                    sheet=sheet,
                    filter=each,
                    in_full=kind == "rules",
                )
                yield Page(sheet.name, listed)


@dataclass(frozen=True, slots=True)
class _Source:
    """What every finding of one department is put into words with."""

    publication: Publication
    department: Department
    rules: Mapping[str, Rule]
    twins: Mapping[tuple[str, str], TwinRow]


def finding_views(publication: Publication, department: Department) -> list[FindingView]:
    """Every finding of the department: the open ones first, the earliest deadline first."""
    found = read_findings(publication.con, department.name)
    twins = read_twins(publication.con, department.name, found)
    source = _Source(publication, department, {each.id: each for each in publication.rules}, twins)
    places: Counter[str] = Counter()
    views = []
    for row in found:
        rule_id = row.example.rule_id
        href = f"{sheet_of(f'{FOLDER}/{rule_id}', places[rule_id])}#{row.example.finding_id}"
        places[rule_id] += 1
        views.append(_view(source, row, href))
    return views


def _view(source: _Source, row: FindingRow, href: str) -> FindingView:
    example = row.example
    rule = source.rules.get(example.rule_id)
    twin = source.twins.get(example.named) if example.named else None
    is_record = rule is None or rule.suite != DELIVERY_SUITE
    return FindingView(
        id=example.finding_id,
        href=href,
        rule_id=example.rule_id,
        rule_title=text(rule.title) if rule else example.rule_id,
        subject=plain(example.subject),
        severity=row.severity,
        status=row.status,
        opened_on=row.opened_on,
        due_on=row.due_on,
        ended_on=row.verified_on or row.ended_on,
        is_late=row.is_late,
        condition=_condition(source, example, rule),
        cause=cause_title(row.cause),
        cause_told="" if row.cause == UNDETERMINED else cause_words(row.cause, json.loads(row.cause_detail)),
        disposal=disposal_title(row.disposal) if row.disposal_basis else "",
        law=disposal_words(row.disposal_basis) if row.disposal_basis else "",
        photograph=_photograph(source, example, example.subject) if is_record else None,
        twin=_photograph(source, twin, twin.image_id) if twin else None,
    )


def _condition(source: _Source, example: ExampleRow, rule: Rule | None) -> str | Markup:
    return condition_words(
        rule.column if rule else "",
        example.subject,
        example.condition,
        example.evidence,
        picture=source.department.has_images,
    )


def _photograph(source: _Source, record: ExampleRow | TwinRow, image_id: str) -> Photograph:
    pictures = source.publication.pictures
    picture = pictures.get((record.department, record.storage_uri)) if record.storage_uri else None
    return Photograph(plain(image_id), text(source.department.title), parcel_text(record.parcel), picture)


def _grouped(views: Sequence[FindingView], attribute: str) -> dict[str, list[FindingView]]:
    groups: dict[str, list[FindingView]] = defaultdict(list)
    for each in views:
        groups[getattr(each, attribute)].append(each)
    return dict(sorted(groups.items()))


def _filter(stem: str, key: str, title: str, findings: Sequence[FindingView]) -> Filter:
    return Filter(key, title, f"{stem}.html", len(findings), sum(each.status == "open" for each in findings))


def _shown(publication: Publication, department: Department) -> DepartmentView:
    """The department's page view, for its title and the way back."""
    return next(each for each in publication.site.city.departments if each.name == department.name)
