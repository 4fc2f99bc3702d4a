"""From the rows of one department to its page.

Put here what belongs on a department's page. Keep out the city's (``city_view.py``), sentences and disclosure rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedup_assets.publishing import figures as fig
from dedup_assets.publishing import scores, sentences
from dedup_assets.publishing.condition_words import condition_words
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import FEWER, SMALL, WITHHELD
from dedup_assets.publishing.explained_view import department_why
from dedup_assets.publishing.language import text
from dedup_assets.publishing.losses import loss_lines
from dedup_assets.publishing.navigation import FRONT
from dedup_assets.publishing.shown_counts import department_rows
from dedup_assets.publishing.tier import Tier, is_exact
from dedup_assets.publishing.view import (
    DeliveryLine,
    DepartmentView,
    Example,
    LedgerLine,
    MeasureLine,
    Photograph,
    PurposeLine,
    RuleLine,
    Trend,
)
from dedup_assets.publishing.words import RELIABILITY, in_source, parcel_text, percent, plain
from dedup_assets.scoring.determination import determine
from dedup_assets.scoring.rating import losses as score_losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.rows import ExampleRow, LedgerRow, PeriodRow, Rows, RuleRow, ScoreRow
    from dedup_assets.publishing.shown_counts import Shown
    from dedup_assets.publishing.view import Chart, Picture, ScorePoint
    from dedup_assets.scoring.determination import Determination
    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.scoring.rating import Loss

_STATUS_ORDER = {"fail": 0, "error": 1, "no_data": 2, "pass": 3, "not_applicable": 4}
_SEVERITY_ORDER = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Material:
    """What every department's page is made from. ``pictures`` is by department and storage URI, ``titles`` by name.

    ``shown``: the counts, if they were worked out before; they are the same in every language.
    """

    rows: Rows
    rules: Mapping[str, Rule]
    policy: Policy
    titles: Mapping[str, str]
    pictures: Mapping[tuple[str, str], Picture]
    tier: Tier = Tier.public
    shown: Shown | None = None


def department_points(department: Department, rows: Rows, tier: Tier = Tier.public) -> list[ScorePoint]:
    """The department's scores over time, rounded as the tier may see them."""
    own = [each for each in rows.scores if each.department == department.name]
    periods = [each for each in rows.periods if each.department == department.name]
    return scores.series(own, periods, restricted=not is_exact(tier, department))


def department_view(
    department: Department,
    material: Material,
    counts: Mapping[str, Count],
    points: Sequence[ScorePoint],
    chart: Chart | None,
) -> DepartmentView:
    """The page of one department at the date of the publication; ``counts`` as they may be shown."""
    rows, policy, name = material.rows, material.policy, department.name
    now, before = scores.latest_and_before(points, rows.as_of)
    own = department_rows(department, rows)
    is_hidden = not is_exact(material.tier, department)
    lost = {each.dimension: each for each in score_losses(policy, own.measures)}
    measures = [
        _measure(each, counts, lost.get(each.dimension), policy.weights.get(each.dimension, 0.0))
        for each in own.measures
    ]
    rules = sorted((_rule(each, counts, material, department) for each in own.rules), key=_worst_first)
    periods = [each for each in rows.periods if each.department == name]
    title = text(department.title)
    why = department_why(department, rows.explained, counts, policy, (now, before), tier=material.tier)
    state, tone = sentences.department_state(
        rated=now.rated,
        failing=[each.severity for each in rules if each.status == "fail"],
        why=sentences.why_not_rated(now.status, now.coverage, policy.coverage_floor),
    )
    return DepartmentView(
        name=name,
        title=title,
        system=text(department.system),
        restricted=department.restricted,
        has_images=department.has_images,
        href=FRONT if material.tier is Tier.department else f"{name}.html",
        now=now,
        before=before,
        reason=_reason(now, own.score, policy, counts[fig.IMAGES], restricted=is_hidden),
        state=state,
        tone=tone,
        images=counts[fig.IMAGES],
        open_findings=counts[fig.OPEN],
        critical=counts[fig.CRITICAL],
        overdue=counts[fig.OVERDUE],
        last_delivery=max((each.as_of for each in periods if each.status in {"read", "repeated"}), default=None),
        losses=loss_lines(measures),
        purposes=[] if department.restricted else _purposes(policy, own.measures, counts),
        measures=sorted(measures, key=lambda each: (-each.weight, each.dimension)),
        rules=rules,
        ledger=_ledger(own.ledger, counts),
        deliveries=[_delivery(each, restricted=is_hidden) for each in reversed(periods)],
        trend=Trend(
            title=sentences.trend_title(title),
            summary=sentences.trend_summary(title, points),
            points=points,
            notes=sentences.trend_notes(points),
            csv_href=f"{name}-trend.csv",
            chart=chart,
        ),
        because=why.because,
        causes=why.causes,
        impact=why.impact,
        own=material.tier is Tier.department,
        suppressed=is_hidden,
    )


def _reason(now: ScorePoint, row: ScoreRow | None, policy: Policy, images: Count, *, restricted: bool) -> str | None:
    """Why there is no grade or a capped one, from what is published of it anyway.

    Scoring's own sentence is not passed on: it is in one language, and could count what may not be counted.
    """
    if not now.rated:
        explained = sentences.reason_not_rated(now, policy.coverage_floor)
        return explained or sentences.reason_nothing_measured(now, images)
    if row and row.reason:  # of a rated department: its grade is capped
        return sentences.reason_capped(now.grade, None if restricted else policy)
    return None


def _measure(row: Measure, counts: Mapping[str, Count], loss: Loss | None, weight: float) -> MeasureLine:
    defects, measured, population = (
        counts[fig.measure_name(row.dimension, part)] for part in ("defects", "measured", "population")
    )
    words = dimension(row.dimension)
    share = None
    if defects.value is not None and measured.value:
        share = 1 - defects.value / measured.value
    covered = None
    if measured.value is not None and population.value:
        covered = measured.value / population.value
    withheld = text(WITHHELD)
    unmeasured = text("not measured") if measured.value == 0 else withheld
    return MeasureLine(
        dimension=row.dimension,
        title=words.title,
        question=words.question,
        weight=weight,
        defects=defects,
        measured=measured,
        population=population,
        share=share,
        lost=(loss.points if loss else 0.0) if share is not None else None,
        unknown=(loss.unmeasured_points if loss else 0.0) if covered is not None else None,
        share_text=unmeasured if share is None else percent(share),
        coverage_text=withheld if covered is None else percent(covered),
    )


def _purposes(policy: Policy, measures: Sequence[Measure], counts: Mapping[str, Count]) -> list[PurposeLine]:
    """What the data are reliable enough for, where that is so whatever the hidden counts of defects are."""
    defects = {each.dimension: counts[fig.measure_name(each.dimension, "defects")] for each in measures}
    best, worst = (
        determine(policy, [_at_end(each, defects[each.dimension], end) for each in measures]) for end in (0, 1)
    )
    return [_purpose(each) for each, other in zip(best, worst, strict=True) if each == other]


def _at_end(measure: Measure, defects: Count, end: int) -> Measure:
    """The measure with the fewest (0) or the most (1) defects that the shown count leaves room for."""
    if defects.value is not None:
        return measure
    most = min(SMALL - 1, measure.measured) if defects.words == FEWER else measure.measured
    return replace(measure, defects=most * end)


def _purpose(found: Determination) -> PurposeLine:
    because = [dimension(each).title for each in found.dimensions]
    return PurposeLine(text(found.title), RELIABILITY[found.word], because)


def _rule(row: RuleRow, counts: Mapping[str, Count], material: Material, department: Department) -> RuleLine:
    failing, evaluated = (counts[fig.rule_name(row.rule_id, part)] for part in ("failing", "evaluated"))
    rule = material.rules.get(row.rule_id)
    passing = text(WITHHELD)
    if failing.value is not None and evaluated.value is not None:
        passing = percent(1 - failing.value / evaluated.value) if evaluated.value else text("none")
    is_shown = is_exact(material.tier, department)
    found = material.rows.examples_of(department.name, row.rule_id) if is_shown else []
    examples = [_example(each, rule, material, department) for each in found]
    return RuleLine(
        id=row.rule_id,
        title=text(rule.title) if rule else row.rule_id,
        description=text(rule.description) if rule else "",
        severity=row.severity,
        status=row.status,
        failing=failing,
        evaluated=evaluated,
        passing_text=passing,
        required_text=percent(row.mostly, 2),
        required=row.mostly,
        criteria=text(rule.criteria) if rule else "",
        effect=text(rule.effect) if rule else "",
        recommendation=text(rule.recommendation) if rule else "",
        examples=examples,
        of_deliveries=rule is not None and rule.suite == fig.DELIVERY_SUITE,
    )


def _example(row: ExampleRow, rule: Rule | None, material: Material, department: Department) -> Example:
    twin = material.rows.twins.get(row.named) if row.named else None
    column, of_delivery = (rule.column, rule.suite == fig.DELIVERY_SUITE) if rule else ("", False)
    return Example(
        finding_id=row.finding_id,
        condition=condition_words(column, row.subject, row.condition, row.evidence, picture=department.has_images),
        photograph=None
        if of_delivery
        else _photograph(row.subject, row.department, row.parcel, row.storage_uri, material),
        twin=_photograph(twin.image_id, twin.department, twin.parcel, twin.storage_uri, material) if twin else None,
    )


def _photograph(
    image_id: str, department: str, parcel: str | None, storage_uri: str | None, material: Material
) -> Photograph:
    return Photograph(
        image_id=plain(image_id),
        department=text(material.titles[department]),
        parcel=parcel_text(parcel),
        picture=material.pictures.get((department, storage_uri)) if storage_uri else None,
    )


def _ledger(ledger: Sequence[LedgerRow], counts: Mapping[str, Count]) -> list[LedgerLine]:
    """The ledger, newest date first."""
    dates = sorted({each.as_of for each in ledger}, reverse=True)
    return [
        LedgerLine(as_of, **{term: counts[fig.ledger_name(as_of, term)] for term in fig.LEDGER_TERMS})
        for as_of in dates
    ]


def _delivery(row: PeriodRow, *, restricted: bool) -> DeliveryLine:
    """What was handed in.

    Where counts may be hidden, neither row counts nor reasons: rejected rows are few, and a reason may quote one.
    """
    if restricted:
        return DeliveryLine(row.as_of, row.status, None, None, None, None)
    reason = in_source(row.reason) if row.reason else None
    return DeliveryLine(row.as_of, row.status, reason, row.rows_in, row.rows_accepted, row.rows_rejected)


def _worst_first(rule: RuleLine) -> tuple[int, int, str]:
    return _STATUS_ORDER.get(rule.status, len(_STATUS_ORDER)), _SEVERITY_ORDER.get(rule.severity, 0), rule.id
