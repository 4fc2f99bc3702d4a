"""The law of one department: its suites and thresholds, and what they say of several dates at once.

Put here who is judged by what, and how an answer about many dates is told apart by date. Keep out how Great
Expectations runs (``gx.py``) and what is written (``rules.py``).

Great Expectations costs 6 ms a rule and frame however few the rows, so the dates of a department are judged in one
frame and their answers told apart by row. The arithmetic for one date is Great Expectations' own: the share of the
non-null rows that pass is at least ``mostly``. That it gives Great Expectations' answer for the frame as a whole, and
that the dates add up to its counts, is asserted each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.findings.gx import Judge, Judgement
from dedup_assets.findings.suites import Rule, Suite, applicable_rules, load_suites
from dedup_assets.findings.thresholds import load_thresholds, rules_sha256
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb
    import pandas as pd

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department


@dataclass(frozen=True)
class Answer:
    """What one rule says of one date: records ``evaluated``, row numbers ``failing``, whether enough passed.

    ``error``: why the rule could not run, else None. ``success`` means nothing when ``evaluated`` is 0.
    """

    evaluated: int
    failing: tuple[int, ...]
    success: bool
    error: str | None = None


@dataclass(frozen=True)
class Law:
    """What one department is judged by. ``applicable``: the ids of the rules that apply to it."""

    department: str
    suites: dict[str, Suite]
    thresholds: dict[str, float]
    applicable: frozenset[str]
    sha256: str
    _judges: dict[str, Judge] = field(default_factory=dict)

    @property
    def rules(self) -> list[Rule]:
        """The rules of all suites, in order, whether they apply or not."""
        return [rule for suite in self.suites.values() for rule in suite.rules]

    def ask(self, con: duckdb.DuckDBPyConnection, suite: str, dates: Sequence[date]) -> dict[date, dict[Rule, Answer]]:
        """What each applicable rule of ``suite`` says of each of ``dates``.

        Raises SuiteError as ``Judge``.
        """
        rules = [rule for rule in self.suites[suite].rules if rule.id in self.applicable]
        if not rules or not dates:
            return {as_of: {} for as_of in dates}
        given = {"department": self.department, "dates": list(dates)}
        frame = con.execute(query("findings", f"rule_{suite}"), given).df()
        columns = list(dict.fromkeys(rule.column for rule in rules))
        judged = self._judge(suite).judge(frame[columns], self.thresholds)
        told = {rule: _by_date(judged[rule.id], frame, rule, self.thresholds[rule.id], dates) for rule in rules}
        return {as_of: {rule: told[rule][as_of] for rule in rules} for as_of in dates}

    def _judge(self, suite: str) -> Judge:
        if suite not in self._judges:
            self._judges[suite] = Judge(self.suites[suite], self.applicable)
        return self._judges[suite]


def law_of(department: Department, contract: Contract, expectations: Path) -> Law:
    """The law of ``department``.

    Raises SuiteError for suites or thresholds that cannot be used.
    """
    suites = load_suites(expectations)
    thresholds = load_thresholds(expectations, suites, department)
    rules = [rule for suite in suites for rule in suite.rules]
    return Law(
        department=department.name,
        suites={each.name: each for each in suites},
        thresholds=thresholds,
        applicable=frozenset(rule.id for rule in applicable_rules(rules, department, contract)),
        sha256=rules_sha256(suites, thresholds),
    )


def enough(evaluated: int, failing: int, mostly: float) -> bool:
    """Whether the share of ``evaluated`` records (at least one) that pass is at least ``mostly``; the limit passes."""
    return (evaluated - failing) / evaluated >= mostly


def _by_date(
    judged: Judgement, frame: pd.DataFrame, rule: Rule, mostly: float, dates: Sequence[date]
) -> dict[date, Answer]:
    """One rule's judgement of ``frame`` (ordered by as_of), date by date."""
    if judged.error is not None:
        return {as_of: Answer(0, (), success=False, error=judged.error) for as_of in dates}
    when, row_nos = frame["as_of"].to_numpy(), frame["row_no"].to_numpy()
    present, failing = frame[rule.column].notna().to_numpy(), np.array(judged.failing, dtype=np.int64)
    answers = {}
    for as_of in dates:
        day = np.datetime64(as_of)
        start, stop = np.searchsorted(when, day, "left"), np.searchsorted(when, day, "right")
        evaluated = int(present[start:stop].sum())
        own = failing[np.searchsorted(failing, start) : np.searchsorted(failing, stop)]
        success = bool(evaluated) and enough(evaluated, len(own), mostly)
        answers[as_of] = Answer(evaluated, tuple(row_nos[own].tolist()), success)
    _assert_adds_up(judged, answers.values(), rule, mostly)
    return answers


def _assert_adds_up(judged: Judgement, answers: Iterable[Answer], rule: Rule, mostly: float) -> None:
    counts = [(each.evaluated, len(each.failing)) for each in answers]
    evaluated, failing = sum(count for count, _ in counts), sum(count for _, count in counts)
    assert (evaluated, failing) == (judged.evaluated, len(judged.failing)), (
        f"{rule.id}: the dates add up to {evaluated} records and {failing} failing, Great Expectations counts "
        f"{judged.evaluated} and {len(judged.failing)}"
    )
    assert not evaluated or enough(evaluated, failing, mostly) == judged.success, (
        f"{rule.id}: Great Expectations answers {judged.success} for {failing} failing of {evaluated} at {mostly}"
    )
