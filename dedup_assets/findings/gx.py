"""Great Expectations: the only place that imports it, and only when rules are judged.

Put here how a suite is run and what its result says. Keep out what a rule means (``expectations/``) and what follows
from a failing record (``rules.py``). Measured traps that this module answers (field notes, 1.24): the import takes
2.6 s or more; expectations that cannot be read are dropped with a log line; an empty or all-null column *passes*;
contexts shared between threads give wrong results; an expectation that raises is a result and not an exception.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.suites import Suite, SuiteError, parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import ModuleType

    import pandas as pd
    from great_expectations.core import ExpectationValidationResult

# Row labels of every failing row, without the 4 MB query string that would repeat them.
_RESULT_FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}


@dataclass(frozen=True)
class Judgement:
    """What one rule says of one frame.

    ``evaluated``: rows that it could judge. ``failing``: the positions, from 0, of the rows that fail. ``success``:
    enough rows passed; meaningless when ``evaluated`` is 0. ``error``: why the rule could not run, else None.
    """

    evaluated: int
    failing: tuple[int, ...]
    success: bool
    error: str | None = None


@cache
def load() -> ModuleType:
    """Great Expectations, imported at the first call and quiet.

    Its log says of a dropped expectation what ``Judge`` raises, and of everything else nothing that a result lacks.
    """
    import great_expectations

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    module: ModuleType = great_expectations
    return module


class Judge:
    """One suite, ready to judge frame after frame, in one context of its own. Not to be shared between threads."""

    def __init__(self, suite: Suite, rule_ids: Collection[str]) -> None:
        """Take those rules of ``suite`` that are in ``rule_ids`` (at least one).

        Raises SuiteError when Great Expectations cannot read one of them.
        """
        gx = load()
        self._rules = {rule.id for rule in suite.rules if rule.id in rule_ids}
        expectations = [each for each in suite.raw["expectations"] if each["meta"]["rule"] in self._rules]
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        built = gx.ExpectationSuite(name=suite.name, expectations=expectations)
        self._assert_all({each.meta["rule"] for each in built.expectations}, f"reading suite {suite.name}")
        asset = context.data_sources.add_pandas("facts").add_dataframe_asset(suite.name)
        self._validation = context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=asset.add_batch_definition_whole_dataframe("whole"),
                suite=context.suites.add(built),
            )
        )

    def judge(self, frame: pd.DataFrame, thresholds: Mapping[str, float]) -> dict[str, Judgement]:
        """What each rule says of ``frame`` (rows labelled 0 to n - 1), by rule id; ``thresholds`` are shares, 0 to 1.

        Raises SuiteError when the result lacks a rule. An expectation that raises inside Great Expectations is a
        judgement with an error; a crash of Great Expectations itself is an exception.
        """
        result = self._validation.run(
            batch_parameters={"dataframe": frame},
            expectation_parameters={parameter(rule): thresholds[rule] for rule in self._rules},
            result_format=_RESULT_FORMAT,
        )
        # Results do not come in the order of the suite; the rule's id is what identifies them.
        found = {each.expectation_config.meta["rule"]: _judgement(each) for each in result.results}
        self._assert_all(set(found), "the result of a validation")
        return found

    def _assert_all(self, found: set[str], where: str) -> None:
        if found != self._rules:
            lost, strange = sorted(self._rules - found), sorted(found - self._rules)
            raise SuiteError(
                f"{where}: Great Expectations lost the rules {lost} and added {strange}; check how they are written"
            )


def _judgement(result: ExpectationValidationResult) -> Judgement:
    error = _error(result.exception_info or {})
    if error is not None:
        return Judgement(0, (), success=False, error=error)
    counts = result.result
    failing = tuple(sorted(counts.get("unexpected_index_list") or ()))
    assert len(failing) == counts["unexpected_count"], "Great Expectations names fewer failing rows than it counts"
    return Judgement(counts["element_count"] - counts["missing_count"], failing, success=bool(result.success))


def _error(info: dict[str, Any]) -> str | None:
    """The message of an expectation that raised; the information has two shapes, flat or by metric."""
    parts = [info] if "raised_exception" in info else [each for each in info.values() if isinstance(each, dict)]
    messages = sorted({str(each["exception_message"]) for each in parts if each.get("raised_exception")})
    return "; ".join(messages) or None
