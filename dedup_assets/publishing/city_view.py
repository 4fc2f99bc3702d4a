"""From the departments' pages to the city's, and to the page about method.

Put here what belongs to the city as a whole. Its counts are sums over the departments whose records are not
restricted: a total over all of them, less the others' own numbers, would give a restricted department away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.publishing import scores, sentences
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import exact
from dedup_assets.publishing.figures import ledger_totals
from dedup_assets.publishing.verdict_words import VERDICTS
from dedup_assets.publishing.view import CityView, FrequentRule, LedgerLine, MethodView, SearchView, Trend
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup_assets.publishing.rows import Rows
    from dedup_assets.publishing.view import Chart, DepartmentView, ScorePoint
    from dedup_assets.scoring.policy import Policy

# Rules that are not met, shown on the city's page; the rest stands on the departments' pages.
FREQUENT_RULES = 6


def city_points(rows: Rows) -> list[ScorePoint]:
    """The city's scores over time."""
    return scores.series([each for each in rows.scores if each.department == CITY], [], restricted=True)


def city_view(
    rows: Rows,
    policy: Policy,
    departments: Sequence[DepartmentView],
    points: Sequence[ScorePoint],
    chart: Chart | None,
) -> CityView:
    """The city's page at the date of the publication."""
    now, before = scores.latest_and_before(points, rows.as_of)
    ordered = sorted(departments, key=attention_order)
    ledger = city_ledger(rows, departments)
    return CityView(
        now=now,
        before=before,
        headline=sentences.headline(now, ordered, policy.coverage_floor),
        reason=_reason(rows, now),
        attention=sentences.attention(ordered),
        changes=sentences.changes(now, before, ordered, ledger),
        departments=ordered,
        frequent=frequent_rules(departments),
        ledger=ledger,
        trend=Trend(
            title="Score of the city over time",
            summary=sentences.trend_summary("The city's score", points),
            points=points,
            notes=sentences.trend_notes(points),
            csv_href="city-trend.csv",
            chart=chart,
        ),
        search=_search(rows),
    )


def _search(rows: Rows) -> SearchView | None:
    """What the search for alike pictures came to; None where nothing was searched."""
    found = rows.search
    if found is None:
        return None
    return SearchView(
        pages=found.pages,
        total=found.total,
        kept=found.kept,
        truncated=found.kept < found.total or found.cut_elsewhere > 0,
        summary=sentences.search(found.total, found.kept, found.cut_elsewhere),
        verdicts=[
            (*VERDICTS[verdict], found.verdicts[verdict], verdict) for verdict in VERDICTS if verdict in found.verdicts
        ],
    )


def _reason(rows: Rows, now: ScorePoint) -> str | None:
    """Why the city's grade is capped.

    Scoring's sentence for the city counts nothing; why the city is not rated at all is in the headline.
    """
    given = next((each.reason for each in rows.scores if (each.department, each.as_of) == (CITY, now.as_of)), None)
    return sentences.spoken(given) if given and now.rated else None


def attention_order(department: DepartmentView) -> tuple[bool, float, str]:
    """What needs attention first: not rated, then the lowest lower bound.

    Published numbers only, so that the order of the table tells nothing that the table does not.
    """
    lower = department.now.lower
    return department.now.rated, 0.0 if lower is None else lower, department.title


def city_ledger(rows: Rows, departments: Sequence[DepartmentView]) -> list[LedgerLine]:
    """The ledgers of the departments that are not restricted, added up; newest date first."""
    added = {each.name for each in departments if not each.restricted}
    totals = ledger_totals([each for each in rows.ledger if each.department in added])
    return [
        LedgerLine(as_of, **{term: exact(value) for term, value in terms.items()})
        for as_of, terms in reversed(totals.items())
    ]


def frequent_rules(departments: Sequence[DepartmentView]) -> list[FrequentRule]:
    """The rules with the most failing records over the departments that are not restricted."""
    found: dict[str, FrequentRule] = {}
    for department in departments:
        if department.restricted:
            continue
        for rule in department.failing_rules:
            so_far = found.get(rule.id)
            found[rule.id] = FrequentRule(
                id=rule.id,
                title=rule.title,
                severity=rule.severity,
                failing=(so_far.failing if so_far else 0) + (rule.failing.value or 0),
                departments=[*(so_far.departments if so_far else ()), department],
            )
    return sorted(found.values(), key=lambda each: (-each.failing, each.id))[:FREQUENT_RULES]


def method_view(policy: Policy, departments: Sequence[DepartmentView]) -> MethodView:
    """The policy's numbers, and one measure of this publication to follow the arithmetic with."""
    shown = [
        measure
        for each in departments
        if not each.restricted
        for measure in each.measures
        if measure.lost and measure.measured.value
    ]
    bands = sorted(policy.bands.items(), key=lambda each: -each[1])
    tops = [*(least for _, least in reversed(bands[:-1])), 100.0]
    return MethodView(
        policy_version=policy.version,
        weights=[
            (dimension(name).title, dimension(name).question, weight)
            for name, weight in sorted(policy.weights.items(), key=lambda each: (-each[1], each[0]))
        ],
        bands=bands,
        scale=[(grade, least, most) for (grade, least), most in zip(reversed(bands), tops, strict=True)],
        coverage_floor=policy.coverage_floor,
        caps=sorted(policy.caps.items()),
        example=max(shown, key=lambda each: (each.lost or 0.0, each.dimension), default=None),
    )
