"""The published scores computed again from an open-data package alone: what a volunteer does who does not trust us.

Put here the reading of a package and the comparison. The formulas are those of the method page; hidden counts leave a
span (``spans.py``), and a published number must lie in it. Keep out how a package is made.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from pydantic import ValidationError

from dedup_assets.errors import UserError
from dedup_assets.publishing.disclosure import FEWER, SMALL
from dedup_assets.publishing.guarded import guarded
from dedup_assets.publishing.opendata.package import DESCRIPTOR, POLICY
from dedup_assets.publishing.opendata.spans import Open, OpenRating, Span, added, one, rate_open
from dedup_assets.publishing.words import down, up
from dedup_assets.scoring.measure import DIMENSIONS, TIMELINESS
from dedup_assets.scoring.policy import NOT_RATED, Policy, exact
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Row = dict[str, str]
# A size of which it is told where it lies: "780 to 799".
_WITHIN = re.compile(r"([0-9]+) to ([0-9]+)")


class RebuildError(UserError):
    """A package cannot be used; the message says what is wrong with it."""


class Outcome(StrEnum):
    """How a published number compares with what can be computed."""

    exact = "exact"  # nothing that it rests on is hidden, or what is hidden makes no difference
    possible = "possible"  # hidden counts leave a span, and it lies within
    wrong = "wrong"  # it cannot be, whatever the hidden counts are


@dataclass(frozen=True, slots=True)
class Compared:
    """One published number beside the span that it was computed to lie in; ``published`` is None when not rated."""

    department: str
    what: str
    published: float | None
    low: float | None
    high: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A package computed again: every number of the newest date, departments by name and then the city."""

    as_of: date
    numbers: list[Compared]

    @property
    def wrong(self) -> list[Compared]:
        """The numbers that cannot be."""
        return [each for each in self.numbers if each.outcome is Outcome.wrong]


def rebuild(folder: Path) -> Rebuilt:
    """Compute the scores of the newest date again from the package in ``folder``, and compare.

    Raises RebuildError when a file is missing, is not what the package says it is, or the policy cannot be used.
    """
    _hold_to_descriptor(folder)
    policy = _policy(folder)
    departments = sorted(row["department"] for row in _table(folder, "departments"))
    newest = _newest(_table(folder, "scores"))
    other = sorted({each["policy_version"] for each in newest.values()} - {policy.version, ""})
    if other:
        raise RebuildError(f"the scores are by policy {other[0]}, {POLICY} is {policy.version}; get the whole package")
    measures = {name: _measures(folder, name) for name in departments}
    ratings = {name: rate_open(policy, found) for name, found in measures.items()}
    ratings[CITY] = rate_open(policy, _city(measures, _delivered(folder)))
    missing = sorted(set(ratings) - set(newest))
    if missing:
        raise RebuildError(f"{folder} has no score of {', '.join(missing)}; get the whole package again")
    numbers = [each for name in (*departments, CITY) for each in _compare(policy, name, newest[name], ratings[name])]
    return Rebuilt(date.fromisoformat(newest[CITY]["as_of"]), numbers)


def _hold_to_descriptor(folder: Path) -> None:
    """Hold every file to its digest and every table to its schema, by the library made for it."""
    if not (folder / DESCRIPTOR).is_file():
        raise RebuildError(f"{folder} holds no {DESCRIPTOR}; name the folder of an open-data package")
    with guarded():
        from frictionless import FrictionlessException, Package

        try:
            report = Package(str(folder / DESCRIPTOR)).validate()
        except FrictionlessException as error:
            raise RebuildError(f"{folder / DESCRIPTOR} cannot be used ({error}); get the package again") from error
    if not report.valid:
        (name, said), *more = [(task.name, error.message) for task in report.tasks for error in task.errors] or [
            (DESCRIPTOR, error.message) for error in report.errors
        ]
        others = f" (and {len(more)} more)" if more else ""
        raise RebuildError(f"{folder}: {name} is not what the package says it is: {said}{others}; get it again")


def _policy(folder: Path) -> Policy:
    try:
        return Policy.model_validate(json.loads((folder / POLICY).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise RebuildError(f"{folder / POLICY} cannot be used ({error}); get the package again") from error


def _table(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _newest(scores: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in scores:
        if row["department"] not in found or row["as_of"] > found[row["department"]]["as_of"]:
            found[row["department"]] = row
    return found


def _measures(folder: Path, department: str) -> list[Open]:
    return [
        Open(row["dimension"], *(_count(row, part) for part in ("defects", "measured", "population")))
        for row in _table(folder, "measures")
        if row["department"] == department
    ]


def _count(row: Row, name: str) -> Span:
    if row[name]:
        return one(int(row[name]))
    if row[f"{name}_note"] == FEWER:
        return Span(Fraction(), Fraction(SMALL - 1))
    if within := _WITHIN.fullmatch(row[f"{name}_note"]):
        return Span(*(Fraction(each) for each in within.groups()))
    return Span(Fraction(), None)


def _delivered(folder: Path) -> set[str]:
    """The departments that have handed in something that could be read."""
    return {row["department"] for row in _table(folder, "deliveries") if row["status"] in {"read", "repeated"}}


def _city(measures: dict[str, list[Open]], delivered: set[str]) -> list[Open]:
    """The city's measures: those of the departments added up (``scoring/city_member.sql``).

    A department without measures counts as one record that was not measured; one that never delivered counts with the
    average population of the others, so that its absence is seen in the city's coverage.
    """
    parts: dict[str, list[tuple[str, Open]]] = defaultdict(list)
    for name, found in measures.items():
        nothing = [Open(dimension, one(0), one(0), one(1)) for dimension in DIMENSIONS]
        for each in found or nothing:
            parts[each.dimension].append((name, each))
    return [_pooled(dimension, each, delivered) for dimension, each in parts.items()]


def _pooled(dimension: str, parts: Sequence[tuple[str, Open]], delivered: set[str]) -> Open:
    known = [each.population for name, each in parts if name in delivered]
    average = _average(known)
    populations = [
        each.population
        if name in delivered or dimension == TIMELINESS
        else Span(max(each.population.low, average.low), _more(each.population.high, average.high))
        for name, each in parts
    ]
    defects, measured = (added([getattr(each, part) for _, each in parts]) for part in ("defects", "measured"))
    return Open(dimension, defects, measured, added(populations))


def _average(spans: Sequence[Span]) -> Span:
    """The average, rounded up to a whole number; 1 where there is nothing to average."""
    if not spans:
        return one(1)
    whole = added(spans)
    high = None if whole.high is None else Fraction(ceil(whole.high / len(spans)))
    return Span(Fraction(ceil(whole.low / len(spans))), high)


def _more(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else max(a, b)


def _compare(policy: Policy, department: str, row: Row, found: OpenRating) -> list[Compared]:
    decimals = int(row["decimals"])
    spans: dict[str, tuple[Span | None, Callable[[float, int], float], int]] = {
        "coverage": (found.coverage, down, decimals + 2),
        "lower": (found.lower, down, decimals),
        "upper": (found.upper, up, decimals),
        "score": (found.score, down, decimals),
    }
    numbers = []
    for what, (span, rounded, digits) in spans.items():
        if row[what]:
            possible = (rounded(float(span.low), digits), rounded(float(span.high or 0), digits)) if span else None
            numbers.append(_number(department, what, float(row[what]), possible))
    return [*numbers, _grade(policy, department, row, found)]


def _number(department: str, what: str, published: float, possible: tuple[float, float] | None) -> Compared:
    if possible is None:
        return Compared(department, what, published, None, None, Outcome.wrong)
    low, high = possible
    if low <= published <= high:
        return Compared(department, what, published, low, high, Outcome.exact if low == high else Outcome.possible)
    return Compared(department, what, published, low, high, Outcome.wrong)


def _grade(policy: Policy, department: str, row: Row, found: OpenRating) -> Compared:
    """The grade as the lowest lower bound of its band, beside those that can be.

    A worse one than computed is right where a finding past its deadline caps it; how many of these there are by
    severity is not published, so that can only be told possible. Not rated is right below the coverage floor, and
    where nothing was delivered.
    """
    bands = list(policy.bands)
    if row["grade"] == NOT_RATED:
        below = found.coverage.low < exact(policy.coverage_floor)
        no_delivery = department != CITY and row["delivery"] not in {"read", "repeated"}
        certain = found.score is None or (found.coverage.high or 0) < exact(policy.coverage_floor)
        outcome = Outcome.exact if certain or no_delivery else Outcome.possible if below else Outcome.wrong
        return Compared(department, "grade", None, None, None, outcome)
    best, worst = (bands.index(_band(policy, each)) for each in (found.lower.high or Fraction(), found.lower.low))
    place = bands.index(row["grade"])
    capped = place > worst and row["grade"] in policy.caps.values()
    right = best <= place <= worst
    outcome = Outcome.exact if right and best == worst else Outcome.possible if right or capped else Outcome.wrong
    given, least, most = (policy.bands[bands[each]] for each in (place, worst, best))
    return Compared(department, "grade", given, least, most, outcome)


def _band(policy: Policy, lower: Fraction) -> str:
    return next(name for name, least in policy.bands.items() if lower >= exact(least))
