"""From the departments' pages to the city's, and to the page about method.

Put here what belongs to the city as a whole. Its counts are sums over the departments whose records are not
restricted: a total over all of them, less the others' own numbers, would give a restricted department away.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dedup_assets.publishing import scores, sentences
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import SMALL
from dedup_assets.publishing.explained_view import city_why
from dedup_assets.publishing.figures import LEDGER_TERMS, ledger_name
from dedup_assets.publishing.tier import Tier
from dedup_assets.publishing.verdict_words import VERDICTS, verdict_words
from dedup_assets.publishing.view import CityView, FrequentRule, LedgerLine, MethodView, SearchView, Trend
from dedup_assets.publishing.worked import worked_measure, worked_score
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.rows import Rows
    from dedup_assets.publishing.view import Chart, DepartmentView, ScorePoint
    from dedup_assets.scoring.policy import Policy

# Rules that are not met, shown on the city's page; the rest stands on the departments' pages.
FREQUENT_RULES = 6


def city_points(rows: Rows) -> list[ScorePoint]:
    """The city's scores over time."""
    return scores.series([each for each in rows.scores if each.department == CITY], [], restricted=True)


def city_view(  # noqa: PLR0917  # what a page is made of, which has one caller
    rows: Rows,
    policy: Policy,
    departments: Sequence[DepartmentView],
    shown: Mapping[str, Count],
    points: Sequence[ScorePoint],
    chart: Chart | None,
    *,
    tier: Tier = Tier.public,
) -> CityView:
    """The city's page at the date of the publication; ``shown`` is its ledger as it may be shown."""
    now, before = scores.latest_and_before(points, rows.as_of)
    ordered = sorted(departments, key=attention_order)
    ledger = city_ledger(shown)
    why = city_why(rows.explained, ordered, policy, (now, before), tier)
    return CityView(
        now=now,
        before=before,
        headline=sentences.headline(now, ordered, policy.coverage_floor),
        reason=_reason(rows, policy, now),
        attention=sentences.attention(ordered),
        changes=sentences.changes(now, before, ordered, ledger),
        departments=ordered,
        frequent=frequent_rules(departments),
        ledger=ledger,
        trend=Trend(
            title=sentences.trend_title(None),
            summary=sentences.trend_summary(None, points),
            points=points,
            notes=sentences.trend_notes(points),
            csv_href="city-trend.csv",
            chart=chart,
        ),
        search=_search(rows, tier),
        because=why.because,
        causes=why.causes,
        impact=why.impact,
    )


def _search(rows: Rows, tier: Tier) -> SearchView | None:
    """What the search for alike pictures came to; None where nothing was searched.

    Pairs are counts like any others: where small ones are hidden, a verdict of few pairs would be one.
    """
    found = rows.search
    if found is None:
        return None
    counts = (found.pages, found.total, found.kept, found.total - found.kept, found.cut_elsewhere)
    if tier is Tier.public and any(0 < each < SMALL for each in (*counts, *found.verdicts.values())):
        return None
    return SearchView(
        pages=found.pages,
        total=found.total,
        kept=found.kept,
        truncated=found.kept < found.total or found.cut_elsewhere > 0,
        summary=sentences.search(found.total, found.kept, found.cut_elsewhere),
        verdicts=[
            (*verdict_words(verdict), found.verdicts[verdict], verdict)
            for verdict in VERDICTS
            if verdict in found.verdicts
        ],
    )


def _reason(rows: Rows, policy: Policy, now: ScorePoint) -> str | None:
    """Why the city's grade is capped: why the city is not rated at all is in the headline."""
    given = next((each.reason for each in rows.scores if (each.department, each.as_of) == (CITY, now.as_of)), None)
    return sentences.reason_capped(now.grade, policy) if given and now.rated else None


def attention_order(department: DepartmentView) -> tuple[bool, float, str]:
    """What needs attention first: not rated, then the lowest lower bound.

    Published numbers only, so that the order of the table tells nothing that the table does not.
    """
    lower = department.now.lower
    return department.now.rated, 0.0 if lower is None else lower, department.title


def city_ledger(shown: Mapping[str, Count]) -> list[LedgerLine]:
    """The ledgers of the departments that are not restricted, added up; newest date first."""
    dates = sorted({date.fromisoformat(name.split("/")[1]) for name in shown}, reverse=True)
    return [LedgerLine(each, **{term: shown[ledger_name(each, term)] for term in LEDGER_TERMS}) for each in dates]


def frequent_rules(departments: Sequence[DepartmentView]) -> list[FrequentRule]:
    """The rules with the most failing records, as far as shown, over the departments that are not restricted."""
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
                some_hidden=(so_far is not None and so_far.some_hidden) or rule.failing.value is None,
                of_deliveries=rule.of_deliveries,
                departments=[*(so_far.departments if so_far else ()), department],
            )
    return sorted(found.values(), key=lambda each: (-each.failing, each.id))[:FREQUENT_RULES]


def method_view(policy: Policy, departments: Sequence[DepartmentView]) -> MethodView:
    """The policy's numbers, and one score of this publication to follow the arithmetic with."""
    worked = worked_score(departments)
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
        worked=worked,
        example=None if worked else worked_measure(departments),
    )
