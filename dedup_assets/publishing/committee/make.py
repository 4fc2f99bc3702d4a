"""From the rows to what the committee is told.

Put here the choice of rows and their order. Keep out words (``words.py``, ``summary.py``), what may be shown of a
restricted department (``shown.py``) and a department's own page (``department.py``). Totals leave the restricted
departments out, as the city's pages do: less the others' numbers, a total would give them away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.findings.forecast import forecast
from dedup_assets.publishing.causes_view import UNDETERMINED, cause_meaning, cause_title
from dedup_assets.publishing.committee import words
from dedup_assets.publishing.committee.department import department_part, impact_line
from dedup_assets.publishing.committee.rows import ForecastRow, read_committee_rows
from dedup_assets.publishing.committee.summary import Told, summary
from dedup_assets.publishing.committee.view import (
    BANDS,
    SEVERITIES,
    AgeLine,
    CauseLine,
    CommitteeView,
    DigestLine,
    ImpactPart,
    LatePart,
    LedgerPart,
    NamedLedger,
    OldestLine,
)
from dedup_assets.publishing.disclosure import exact
from dedup_assets.publishing.figures import LEDGER_TERMS
from dedup_assets.publishing.language import text
from dedup_assets.publishing.view import LedgerLine
from dedup_assets.publishing.words import PERIOD_STATUSES, day, number, percent, plain
from dedup_assets.publishing.words import SEVERITIES as SEVERITY_WORDS
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dedup_assets.publishing.committee.rows import CommitteeRows
    from dedup_assets.publishing.committee.view import DepartmentPart
    from dedup_assets.publishing.explained_rows import ImpactRow
    from dedup_assets.publishing.publication import Publication
    from dedup_assets.publishing.rows import LedgerRow

# What impact is told by (see the table impact_total).
_HELD = ("all", "council_district", "community_plan_area", "venue", "federal")


def committee_view(publication: Publication) -> CommitteeView:
    """What the committee is told at the date of the publication, in the language in force."""
    rows, site = publication.rows, publication.site
    open_names = [each.name for each in publication.departments if not each.restricted]
    names = [each.name for each in publication.departments]
    found = read_committee_rows(publication.con, names, open_names, rows.as_of, publication.policy.version)
    dates = sorted({each.as_of for each in rows.periods if each.as_of < rows.as_of})
    previous = dates[-1] if dates else None
    departments = [department_part(each, publication, found) for each in site.city.departments]
    ledger = _ledger(publication, departments, found)
    titles = {each.name: each.title for each in site.city.departments}
    late = _late(publication, departments, found, titles)
    impact = _impact(rows.explained.impact_of(CITY, *_HELD), departments)
    causes = _causes(publication, titles)
    change = words.change(site.city.now, site.city.before, site.city.because)
    return CommitteeView(
        as_of=rows.as_of,
        previous=previous,
        now=site.city.now,
        summary=summary(
            Told(
                site.city.now,
                previous,
                change,
                departments,
                ledger,
                late,
                impact,
                causes,
                publication.policy.coverage_floor,
            )
        ),
        ledger=ledger,
        late=late,
        impact=impact,
        causes=causes,
        departments=departments,
        method=site.method,
        order=words.robustness(found.order, titles),
        digests=_digests(found, titles),
    )


def _ledger(publication: Publication, departments: Sequence[DepartmentPart], found: CommitteeRows) -> LedgerPart:
    rows = publication.rows
    counted = {each.view.name for each in departments if not each.view.restricted}
    newest = [each for each in rows.ledger if each.department in counted and each.as_of == rows.as_of]
    total = _added(newest)
    return LedgerPart(
        equation=words.equation(total),
        total=_line(rows.as_of, total),
        by_severity=[
            NamedLedger(
                SEVERITY_WORDS[severity],
                _line(rows.as_of, _added(each for each in newest if each.severity == severity)),
            )
            for severity in SEVERITIES
        ],
        by_department=[NamedLedger(each.view.title, each.ledger) for each in departments if each.ledger],
        by_date=[NamedLedger(day(each.as_of), each) for each in publication.site.city.ledger],
        verified=sum(found.verified.values()),
    )


def _added(ledger: Iterable[LedgerRow]) -> dict[str, int]:
    rows = list(ledger)
    return {term: sum(getattr(each, term) for each in rows) for term in LEDGER_TERMS}


def _line(as_of: date, terms: dict[str, int]) -> LedgerLine:
    return LedgerLine(as_of, **{term: exact(value) for term, value in terms.items()})


def _late(
    publication: Publication, departments: Sequence[DepartmentPart], found: CommitteeRows, titles: dict[str, str]
) -> LatePart:
    rules = {each.id: each for each in publication.rules}
    as_of = publication.rows.as_of
    counted = [each for each in departments if not each.view.restricted]
    bands = [exact(sum(each.age.bands[place].value or 0 for each in counted)) for place in range(len(BANDS))]
    return LatePart(
        ages=[each.age for each in departments],
        age_total=AgeLine(text("Together"), bands, exact(sum(each.value or 0 for each in bands))),
        breaches=[each.breach for each in departments],
        oldest=[
            OldestLine(
                department=titles[each.department],
                what=text(rules[each.rule_id].title) if each.rule_id in rules else each.rule_id,
                severity=each.severity,
                opened_on=each.opened_on,
                days=(as_of - each.opened_on).days,
                findings=each.findings,
            )
            for each in found.oldest
        ],
        pace=[each.pace for each in departments],
        outlook=_outlook(publication),
    )


def _outlook(publication: Publication) -> str | None:
    """What will be open after the next deliveries, from the backlog of the city's ledger; None when it is too short."""
    backlog = [each.closing.value or 0 for each in reversed(publication.site.city.ledger)]
    ahead = forecast(backlog, ahead=1)
    if not ahead:
        return None
    said = words.ahead(ForecastRow(CITY, ahead[0].expected, ahead[0].low, ahead[0].high))
    return text(
        "If the past goes on, %(open)s findings will be open after the next deliveries; four times of five it will be "
        "within the range in brackets.",
        open=said,
    )


def _impact(city: Sequence[ImpactRow], departments: Sequence[DepartmentPart]) -> ImpactPart:
    return ImpactPart(
        total=next((impact_line(each, text("All of them")) for each in city if each.dimension == "all"), None),
        departments=[each.impact for each in departments if each.impact],
        districts=[
            impact_line(each, words.district(plain(each.value)))
            for each in sorted(_of(city, "council_district"), key=_by_number)
        ],
        areas=[impact_line(each, words.area(plain(each.value))) for each in _of(city, "community_plan_area")],
        venues=[impact_line(each, plain(each.value)) for each in _of(city, "venue") if each.value != "unknown"],
        federal=next(
            (impact_line(each, text("Paid by federal money")) for each in _of(city, "federal") if each.value == "yes"),
            None,
        ),
    )


def _of(impact: Sequence[ImpactRow], dimension: str) -> list[ImpactRow]:
    """The rows of one dimension; what is on no record comes last."""
    return sorted(
        (each for each in impact if each.dimension == dimension), key=lambda each: (each.value == "unknown", each.value)
    )


def _by_number(row: ImpactRow) -> tuple[bool, int, str]:
    """Council districts in the order of their numbers."""
    return row.value == "unknown", int(row.value) if row.value.isdecimal() else 0, row.value


def _causes(publication: Publication, titles: dict[str, str]) -> list[CauseLine]:
    """The likely causes, the most frequent first; what has none comes last."""
    explained = publication.rows.explained
    counted = {each.name for each in publication.departments if not each.restricted}
    rows = [each for each in explained.causes if each.department in counted]
    held = {each.value: each for each in explained.impact_of(CITY, "cause")}
    whole = sum(each.findings for each in rows)
    lines = []
    for cause in {each.cause for each in rows}:
        its, title = [each for each in rows if each.cause == cause], cause_title(cause)
        findings = sum(each.findings for each in its)
        lines.append(
            CauseLine(
                is_known=cause != UNDETERMINED,
                title=title,
                meaning=cause_meaning(cause),
                advice=words.advice(cause),
                findings=findings,
                share=percent(findings / whole, 0),
                departments=sorted({titles[each.department] for each in its}),
                impact=impact_line(held[cause], title) if cause in held else None,
            )
        )
    return sorted(lines, key=lambda each: (not each.is_known, -each.findings, each.title))


def _digests(found: CommitteeRows, titles: dict[str, str]) -> list[DigestLine]:
    """Every manifest of the departments, then the reference files."""
    manifests = []
    for each in found.digests:
        note = PERIOD_STATUSES.get(each.status, each.status)
        if each.version > 1:
            note = text("%(status)s, version %(version)s", status=note, version=number(each.version))
        if not each.in_force:
            note = text("%(status)s; replaced by a later version", status=note)
        manifests.append(DigestLine(titles[each.department], each.as_of, note, each.sha256))
    references = [DigestLine(plain(each.name), None, text("Reference file"), each.sha256) for each in found.references]
    return [*sorted(manifests, key=lambda each: each.name), *references]
