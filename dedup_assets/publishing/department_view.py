"""From the rows of one department to its page.

Put here what belongs on a department's page. Keep out the city's (``city_view.py``), sentences and disclosure rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup_assets.publishing import figures as fig
from dedup_assets.publishing import scores, sentences
from dedup_assets.publishing.dimensions import dimension
from dedup_assets.publishing.disclosure import WITHHELD
from dedup_assets.publishing.losses import loss_lines
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
from dedup_assets.publishing.words import percent, plain
from dedup_assets.scoring.determination import determine
from dedup_assets.scoring.rating import losses as score_losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.disclosure import Count
    from dedup_assets.publishing.rows import ExampleRow, PeriodRow, Rows, RuleRow
    from dedup_assets.publishing.view import Chart, Picture, ScorePoint
    from dedup_assets.scoring.determination import Determination
    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.scoring.rating import Loss

_STATUS_ORDER = {"fail": 0, "error": 1, "no_data": 2, "pass": 3, "not_applicable": 4}
_SEVERITY_ORDER = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Material:
    """What every department's page is made from. ``pictures`` is by department and storage URI, ``titles`` by name."""

    rows: Rows
    rules: Mapping[str, Rule]
    policy: Policy
    titles: Mapping[str, str]
    pictures: Mapping[tuple[str, str], Picture]


def department_points(department: Department, rows: Rows) -> list[ScorePoint]:
    """The department's scores over time."""
    own = [each for each in rows.scores if each.department == department.name]
    periods = [each for each in rows.periods if each.department == department.name]
    return scores.series(own, periods, restricted=department.restricted)


def department_view(
    department: Department, material: Material, points: Sequence[ScorePoint], chart: Chart | None
) -> DepartmentView:
    """The page of one department at the date of the publication."""
    rows, policy, name = material.rows, material.policy, department.name
    now, before = scores.latest_and_before(points, rows.as_of)
    own = fig.DepartmentRows(
        score=next((each for each in rows.scores if (each.department, each.as_of) == (name, now.as_of)), None),
        measures=[each for each in rows.measures if each.department == name],
        rules=[each for each in rows.rules if each.department == name],
        ledger=[each for each in rows.ledger if each.department == name],
        overdue=rows.overdue.get(name, 0),
    )
    counts = fig.counts(own, policy.weights, restricted=department.restricted)
    lost = {each.dimension: each for each in score_losses(policy, own.measures)}
    measures = [
        _measure(each, counts, lost.get(each.dimension), policy.weights.get(each.dimension, 0.0))
        for each in own.measures
    ]
    rules = sorted((_rule(each, counts, material, department) for each in own.rules), key=_worst_first)
    periods = [each for each in rows.periods if each.department == name]
    state, tone = sentences.department_state(
        rated=now.rated,
        failing=[each.severity for each in rules if each.status == "fail"],
        why=sentences.why_not_rated(now.status, now.coverage, policy.coverage_floor),
    )
    return DepartmentView(
        name=name,
        title=department.title,
        system=department.system,
        restricted=department.restricted,
        has_images=department.has_images,
        href=f"{name}.html",
        now=now,
        before=before,
        reason=_reason(now, own.score.reason if own.score else None, policy, restricted=department.restricted),
        state=state,
        tone=tone,
        images=counts[fig.IMAGES],
        open_findings=counts[fig.OPEN],
        critical=counts[fig.CRITICAL],
        overdue=counts[fig.OVERDUE],
        last_delivery=max((each.as_of for each in periods if each.status in {"read", "repeated"}), default=None),
        losses=loss_lines(measures),
        purposes=[] if department.restricted else [_purpose(each) for each in determine(policy, own.measures)],
        measures=sorted(measures, key=lambda each: (-each.weight, each.dimension)),
        rules=rules,
        ledger=_ledger(own, counts),
        deliveries=[_delivery(each, restricted=department.restricted) for each in reversed(periods)],
        trend=Trend(
            title=f"Score of {department.title} over time",
            summary=sentences.trend_summary(f"The score of {department.title}", points),
            points=points,
            notes=sentences.trend_notes(points),
            csv_href=f"{name}-trend.csv",
            chart=chart,
        ),
    )


def _reason(now: ScorePoint, given: str | None, policy: Policy, *, restricted: bool) -> str | None:
    """Why there is no grade or a capped one.

    What is said follows from what is published of it anyway. Only where that does not explain it is scoring's own
    reason passed on, and never a restricted department's, which could count what may not be counted.
    """
    if not now.rated:
        explained = sentences.reason_not_rated(now, policy.coverage_floor)
        return explained or (sentences.spoken(given) if given and not restricted else sentences.NO_GRADE)
    if given:
        return f"The grade is held at {now.grade} by the scoring policy." if restricted else sentences.spoken(given)
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
    unmeasured = "not measured" if measured.value == 0 else WITHHELD
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
        coverage_text=WITHHELD if covered is None else percent(covered),
    )


def _purpose(found: Determination) -> PurposeLine:
    return PurposeLine(found.title, found.word, [dimension(each).title for each in found.dimensions])


def _rule(row: RuleRow, counts: Mapping[str, Count], material: Material, department: Department) -> RuleLine:
    failing, evaluated = (counts[fig.rule_name(row.rule_id, part)] for part in ("failing", "evaluated"))
    text = material.rules.get(row.rule_id)
    passing = WITHHELD
    if failing.value is not None and evaluated.value is not None:
        passing = percent(1 - failing.value / evaluated.value) if evaluated.value else "none"
    found = [] if department.restricted else material.rows.examples_of(department.name, row.rule_id)
    examples = [_example(each, material, of_delivery=row.suite == fig.DELIVERY_SUITE) for each in found]
    return RuleLine(
        id=row.rule_id,
        title=text.title if text else row.rule_id,
        description=text.description if text else "",
        severity=row.severity,
        status=row.status,
        failing=failing,
        evaluated=evaluated,
        passing_text=passing,
        required_text=percent(row.mostly, 2),
        required=row.mostly,
        criteria=text.criteria if text else "",
        effect=text.effect if text else "",
        recommendation=text.recommendation if text else "",
        examples=examples,
    )


def _example(row: ExampleRow, material: Material, *, of_delivery: bool) -> Example:
    twin = material.rows.twins.get(row.named) if row.named else None
    return Example(
        finding_id=row.finding_id,
        condition=plain(row.condition),
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
        department=material.titles[department],
        parcel=plain(parcel) if parcel and parcel.strip() else None,
        picture=material.pictures.get((department, storage_uri)) if storage_uri else None,
    )


def _ledger(own: fig.DepartmentRows, counts: Mapping[str, Count]) -> list[LedgerLine]:
    """The ledger, newest date first."""
    dates = sorted({each.as_of for each in own.ledger}, reverse=True)
    return [
        LedgerLine(as_of, **{term: counts[fig.ledger_name(as_of, term)] for term in fig.LEDGER_TERMS})
        for as_of in dates
    ]


def _delivery(row: PeriodRow, *, restricted: bool) -> DeliveryLine:
    """What was handed in.

    Of a restricted department, neither row counts nor reasons: rejected rows are few, and a reason may quote one.
    """
    if restricted:
        return DeliveryLine(row.as_of, row.status, None, None, None, None)
    reason = plain(row.reason) if row.reason else None
    return DeliveryLine(row.as_of, row.status, reason, row.rows_in, row.rows_accepted, row.rows_rejected)


def _worst_first(rule: RuleLine) -> tuple[int, int, str]:
    return _STATUS_ORDER.get(rule.status, len(_STATUS_ORDER)), _SEVERITY_ORDER.get(rule.severity, 0), rule.id
