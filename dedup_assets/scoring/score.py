"""Scores: the rating of every department and of the city at every date, with what else decides a grade.

Put here how measures, deliveries and ledger come together. Keep out the formulas (``rating.py``) and the words of
pages (``publishing``). Everything is computed again under the policy given; rows of other policies stay as they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import groupby
from math import floor
from typing import TYPE_CHECKING

from dedup_assets.scoring.measure import DIMENSIONS, stored_measures
from dedup_assets.scoring.policy import NOT_RATED, exact
from dedup_assets.scoring.rating import grade, rate
from dedup_assets.warehouse import CITY, query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    import duckdb

    from dedup_assets.deliveries.department import Department
    from dedup_assets.scoring.measure import Measure
    from dedup_assets.scoring.policy import Policy
    from dedup_assets.scoring.rating import Rating


@dataclass(frozen=True, slots=True)
class Score:
    """One row of ``score_history``; see its schema for units."""

    department: str
    as_of: date
    policy_version: str
    score: float | None
    coverage: float
    lower: float
    upper: float
    grade: str
    reason: str | None
    images: int
    open_findings: int


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What was in force of one department at one date; ``overdue`` counts findings by severity."""

    department: str
    as_of: date
    status: str
    images: int
    open_findings: int
    overdue: Mapping[str, int]


def score(con: duckdb.DuckDBPyConnection, policy: Policy, departments: Sequence[Department]) -> list[Score]:
    """Score every department and then the city they make; all or nothing. See ``score_department``, ``score_city``."""
    with atomic(con):
        rows = [row for each in departments for row in score_department(con, policy, each)]
        return rows + score_city(con, policy, departments)


def score_department(con: duckdb.DuckDBPyConnection, policy: Policy, department: Department) -> list[Score]:
    """Fill ``score_history`` with one department's scores under ``policy``: a row for every date with something due.

    ``con`` needs ``measure``, ``period``, ``delivery``, ``ledger_balance`` and ``overdue`` of the department, which
    of a restricted one are released aggregates.
    """
    measures = _by_date(stored_measures(con, [department.name]))
    due = [each for each in _deliveries(con, [department.name]) if each.status != "not_due"]
    rows = [_department_score(policy, department, each, measures.get(each.as_of, [])) for each in due]
    _store(con, department.name, policy, rows)
    return rows


def score_city(con: duckdb.DuckDBPyConnection, policy: Policy, departments: Sequence[Department]) -> list[Score]:
    """Fill ``measure`` and ``score_history`` with the city's rows, at every date of its departments' calendar.

    The city is rated as one body of data (see city_member.sql); what a department did not deliver or could not be
    measured on lowers the city's coverage.
    """
    names = [each.name for each in departments]
    with atomic(con):
        con.execute(query("scoring", "measure_clear"), {"departments": [CITY]})
        con.execute(query("scoring", "city_member"), {"departments": names, "dimensions": list(DIMENSIONS)})
        con.execute(query("scoring", "city_measure"), {"city": CITY})
        measures = _by_date(stored_measures(con, [CITY]))
        days = groupby(_deliveries(con, names), key=lambda each: each.as_of)
        rows = [_city_score(policy, as_of, list(day), measures.get(as_of, [])) for as_of, day in days]
        _store(con, CITY, policy, rows)
    return rows


def _department_score(policy: Policy, department: Department, at: _Delivery, measures: Sequence[Measure]) -> Score:
    found = rate(policy, measures)
    earned, capped_by = grade(policy, found, at.overdue)
    reason = _obstacle(department, at)
    if reason:
        earned = NOT_RATED
    elif earned == NOT_RATED:
        reason = _unrated(policy, found)
    elif capped_by:
        # Small counts of a restricted department must not leave in a sentence.
        count = 0 if department.restricted else at.overdue[capped_by]
        reason = f"capped at {earned}: {_late(count, capped_by, getattr(department.sla_days, capped_by))}"
    return _score(policy, at, found, earned, reason)


def _city_score(policy: Policy, as_of: date, day: Sequence[_Delivery], measures: Sequence[Measure]) -> Score:
    overdue: Counter[str] = Counter()
    for each in day:
        overdue.update(each.overdue)
    found = rate(policy, measures)
    earned, capped_by = grade(policy, found, overdue)
    reason = None
    if earned == NOT_RATED:
        reason = _unrated(policy, found)
    elif capped_by:
        # No count: without the open departments' own it would be that of the restricted ones.
        reason = f"capped at {earned}: {capped_by} findings past their deadlines"
    images, open_findings = sum(each.images for each in day), sum(each.open_findings for each in day)
    return _score(policy, _Delivery(CITY, as_of, "read", images, open_findings, overdue), found, earned, reason)


def _obstacle(department: Department, at: _Delivery) -> str | None:
    """Why nothing can be rated, whatever was measured. Never quotes the manifest: this sentence is published."""
    period = f"{at.as_of:%Y-%m}" if department.cadence == "monthly" else f"{at.as_of}"
    if at.status == "missing":
        return f"No delivery for {period}"
    if at.status == "unreadable":
        return f"The delivery for {period} could not be read"
    if at.status == "empty":
        return f"The delivery for {period} is empty"
    return None if at.images else f"Every row of the delivery for {period} was rejected"


def _unrated(policy: Policy, found: Rating) -> str:
    floor_of_coverage = exact(policy.coverage_floor)
    if found.coverage < floor_of_coverage:
        return f"coverage {_percent(found.coverage)} is below {_percent(floor_of_coverage)}"
    return "nothing could be measured but whether deliveries came"


def _percent(share: Fraction) -> str:
    """Rounded down to a tenth, so that what is below a floor never reads as if it had reached it."""
    return f"{floor(share * 1000) / 10:g}%"


def _late(count: int, severity: str, days: int) -> str:
    if count == 1:
        return f"1 {severity} finding past its {days} days"
    return f"{f'{count:,} ' if count else ''}{severity} findings past their {days} days"


def _score(policy: Policy, at: _Delivery, found: Rating, earned: str, reason: str | None) -> Score:
    return Score(
        department=at.department,
        as_of=at.as_of,
        policy_version=policy.version,
        # float() rounds to nearest and so keeps the order: lower <= score <= upper holds for the stored numbers too.
        score=None if found.score is None else float(found.score),
        coverage=float(found.coverage),
        lower=float(found.lower),
        upper=float(found.upper),
        grade=earned,
        reason=reason,
        images=at.images,
        open_findings=at.open_findings,
    )


def _deliveries(con: duckdb.DuckDBPyConnection, departments: Sequence[str]) -> list[_Delivery]:
    rows = con.execute(query("scoring", "score_delivery"), {"departments": list(departments)}).fetchall()
    return [_Delivery(*row) for row in rows]


def _by_date(measures: Sequence[Measure]) -> dict[date, list[Measure]]:
    found: dict[date, list[Measure]] = defaultdict(list)
    for each in measures:
        found[each.as_of].append(each)
    return found


def _store(con: duckdb.DuckDBPyConnection, department: str, policy: Policy, rows: Sequence[Score]) -> None:
    with atomic(con):
        con.execute(query("scoring", "score_clear"), {"department": department, "policy_version": policy.version})
        for row in rows:
            con.execute(query("scoring", "score_history"), asdict(row))
