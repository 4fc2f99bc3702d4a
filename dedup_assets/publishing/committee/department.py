"""What the committee is told of one department.

Put here the lines of one department's page of the report. Keep out what its own page on the site says
(``department_view.py``), which is taken over as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedup_assets.publishing.causes_view import cause_title
from dedup_assets.publishing.committee import words
from dedup_assets.publishing.committee.rows import RateRow
from dedup_assets.publishing.committee.shown import age_name, late_counts, late_name, page_counts
from dedup_assets.publishing.committee.view import (
    BANDS,
    SEVERITIES,
    AgeLine,
    BreachLine,
    DepartmentPart,
    ImpactLine,
    PaceLine,
    ScheduleLine,
)
from dedup_assets.publishing.language import text
from dedup_assets.publishing.shown_counts import department_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.suites import Rule
    from dedup_assets.publishing.committee.rows import CommitteeRows, ScheduleRow
    from dedup_assets.publishing.explained_rows import ImpactRow
    from dedup_assets.publishing.publication import Publication
    from dedup_assets.publishing.view import DepartmentView


def department_part(view: DepartmentView, publication: Publication, found: CommitteeRows) -> DepartmentPart:
    """One department at the date of the publication; ``found`` are the committee's own rows."""
    department = next(each for each in publication.departments if each.name == view.name)
    counts = late_counts(
        department_rows(department, publication.rows),
        page_counts(view),
        [each for each in found.ages if each.department == view.name],
        publication.policy.weights,
        restricted=view.restricted,
    )
    schedule = _schedule(
        [each for each in found.schedule if each.department == view.name], {each.id: each for each in publication.rules}
    )
    tally = Counter(each.word for each in schedule)
    return DepartmentPart(
        view=view,
        changes=words.change(view.now, view.before, view.because),
        ledger=next((each for each in view.ledger if each.as_of == publication.rows.as_of), None),
        age=AgeLine(view.title, [counts[age_name(band)] for band in BANDS], view.open_findings),
        breach=BreachLine(
            title=view.title,
            late=[counts[late_name(each)] for each in SEVERITIES],
            total=view.overdue,
            days=[getattr(department.sla_days, each) for each in SEVERITIES],
            is_counted=not view.restricted,
        ),
        pace=_pace(department, view, found),
        impact=_impact(view, publication),
        tally=[(word, tally[word]) for word in words.SCHEDULE_WORDS.values() if tally[word]],
        schedule=schedule,
    )


def _pace(department: Department, view: DepartmentView, found: CommitteeRows) -> PaceLine:
    restricted, hidden = department.restricted, text("not shown")
    durations = {each.what: each for each in found.durations if each.department == department.name}
    detect = words.quantiles(durations.get("detect"), restricted=restricted)
    correct = words.quantiles(durations.get("correct"), restricted=restricted)
    rate = found.rates.get(department.name) or RateRow(department.name, 0, 0, 0, 0)
    return PaceLine(
        title=view.title,
        detect_median=detect[0],
        detect_p90=detect[1],
        correct_median=correct[0],
        correct_p90=correct[1],
        first_time=hidden if restricted else words.rate(rate.corrected_at_first, rate.corrected),
        repeat=hidden if restricted else words.rate(rate.repeated, rate.found),
        ahead=hidden if restricted else words.ahead(found.forecasts.get(department.name)),
    )


def _impact(view: DepartmentView, publication: Publication) -> ImpactLine | None:
    """What the department's open findings hold up; None of a restricted one."""
    rows = [] if view.restricted else publication.rows.explained.impact_of(view.name, "all")
    return impact_line(rows[0], view.title) if rows else None


def impact_line(row: ImpactRow, title: str) -> ImpactLine:
    """A row of the table under the name that a reader knows."""
    return ImpactLine(
        title=title,
        findings=row.findings,
        permits=row.permits,
        permits_active=row.permits_active,
        dwelling_units=row.dwelling_units,
        unit_days=row.unit_days,
        longest_days=row.longest_days,
    )


def _schedule(rows: Sequence[ScheduleRow], rules: Mapping[str, Rule]) -> list[ScheduleLine]:
    return [
        ScheduleLine(
            rule_id=each.rule_id,
            title=text(rules[each.rule_id].title) if each.rule_id in rules else each.rule_id,
            cause=cause_title(each.cause),
            fiscal_year=each.fiscal_year,
            word=words.SCHEDULE_WORDS.get(each.word, each.word),
            found=each.found,
            verified=each.verified,
            held=each.held,
            withdrawn=each.withdrawn,
            still_open=each.still_open,
            repeated=each.repeated,
        )
        for each in rows
    ]
