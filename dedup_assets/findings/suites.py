"""Suites: the rules, as JSON that a compliance officer reviews, read fail-closed.

Put here the reading of ``expectations/<suite>.json`` and what a rule is. Keep out Great Expectations (``gx.py``): it
takes seconds to import and *drops* what it cannot read with nothing but a log line, so everything that it would drop,
coerce or let pass is refused here, with the file, the rule and what to do. Thresholds stand in ``thresholds.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department

Severity = Literal["critical", "warning", "info"]
Dimension = Literal[
    "accuracy", "uniqueness", "consistency", "completeness", "traceability", "validity", "timeliness"
]  # fmt: skip

# The suites and the facts that each may judge: the columns of rule_image_fact.sql and rule_delivery.sql.
COLUMNS = {
    "image_fact": (
        "redundant_in_department", "redundant_elsewhere", "other_subjects", "near_candidates", "unrelated_parcels",
        "parcel_status",
        "permit_status", "permit_agreement", "pin_agreement", "gps_agreement", "name_agreement",
        "parcel_lineage", "mismatch_reports", "malformed_identifiers", "missing_values",
        "invalid_values", "file_content", "file_presence", "file_location", "checksum_status", "untraceable",
        "duplicate_metadata",
    ),
    "delivery": ("delivery_status", "manifest_status", "rows_rejected"),
}  # fmt: skip

Sentence = Annotated[str, Field(min_length=3, pattern=r"\S")]


class SuiteError(UserError):
    """A suite or the thresholds cannot be used; the message names the file, the rule and what to do."""


class _Strict(BaseModel):
    """Nothing is coerced, nothing extra is let pass."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Applies(_Strict):
    """To which departments a rule applies."""

    images: bool | None = Field(default=None, description="Only where images are delivered, or only metadata.")
    shared_pool: bool = Field(default=False, description="Not to a restricted department, alone in its enclave.")
    all_of: tuple[str, ...] = Field(default=(), description="Columns of ours that the contract must all map.")
    any_of: tuple[str, ...] = Field(default=(), description="Columns of which the contract must map one.")

    def to(self, department: Department, contract: Contract) -> bool:
        """Whether the rule applies to ``department`` under ``contract``."""
        return (
            self.images in (None, department.has_images)
            and not (self.shared_pool and department.restricted)
            and all(contract.has(column) for column in self.all_of)
            and (not self.any_of or any(contract.has(column) for column in self.any_of))
        )


class _Meta(_Strict):
    """What a rule is for, in the words that scorecards and auditors read."""

    rule: str = Field(pattern=r"^[A-Z]{3}-\d{3}$")
    title: Sentence
    dimension: Dimension
    purpose: Sentence
    criteria: Sentence
    target: Sentence
    judges: Sentence = Field(description="Which records the rule judges; all others are missing to it, not passed.")
    effect: Sentence
    recommendation: Sentence
    applies_when: Applies


class _Kwargs(_Strict):
    column: str
    mostly: dict[str, str]


class _InSet(_Kwargs):
    value_set: tuple[str, ...] = Field(min_length=1)


class _AtMost(_Kwargs):
    max_value: int


class _Expectation(_Strict):
    severity: Severity
    description: Sentence
    meta: _Meta


# The expectation types in use. Both leave nulls alone, and null is how a record that a rule does not judge is told to
# Great Expectations; a type that takes a null for a failure must not be added.
class _InSetExpectation(_Expectation):
    type: Literal["expect_column_values_to_be_in_set"]
    kwargs: _InSet


class _AtMostExpectation(_Expectation):
    type: Literal["expect_column_values_to_be_between"]
    kwargs: _AtMost


class _Suite(_Strict):
    name: str
    meta: dict[str, str]
    expectations: tuple[Annotated[_InSetExpectation | _AtMostExpectation, Field(discriminator="type")], ...] = Field(
        min_length=1
    )


@dataclass(frozen=True)
class Rule:
    """One rule in the words of its suite. ``column`` is the fact it judges; ``judges`` says on which records."""

    id: str
    severity: Severity
    description: str
    title: str
    dimension: Dimension
    purpose: str
    criteria: str
    target: str
    judges: str
    effect: str
    recommendation: str
    suite: str
    column: str
    applies: Applies


@dataclass(frozen=True)
class Suite:
    """One suite: its name, its rules in order, the JSON as read, and the sha256 of the file's bytes."""

    name: str
    rules: tuple[Rule, ...]
    raw: dict[str, Any]
    sha256: str


def parameter(rule_id: str) -> str:
    """The name under which a rule's threshold is handed to its suite: ``DUP-001`` has ``dup_001_mostly``."""
    return f"{rule_id.lower().replace('-', '_')}_mostly"


def load_suites(expectations: Path) -> tuple[Suite, ...]:
    """The suites of a folder, in the order of COLUMNS.

    Raises SuiteError for a suite that is absent or unknown, and for anything in one that would go unjudged.
    """
    strangers = sorted({path.stem for path in expectations.glob("*.json")} - {"thresholds"} - COLUMNS.keys())
    if strangers:
        raise SuiteError(
            f"{expectations / strangers[0]}.json: no facts are known for this suite, so nothing would judge it; "
            f"the suites are {', '.join(COLUMNS)}"
        )
    suites = tuple(_load_suite(expectations / f"{name}.json") for name in COLUMNS)
    twice = [rule for rule, count in Counter(rule.id for each in suites for rule in each.rules).items() if count > 1]
    if twice:
        raise SuiteError(f"{expectations}: rule {twice[0]} stands twice; every expectation needs a rule id of its own")
    return suites


def load_rules(expectations: Path) -> list[Rule]:
    """Every rule of every suite, in order; quick enough for the load of Dagster's definitions.

    Raises SuiteError as ``load_suites``.
    """
    return [rule for suite in load_suites(expectations) for rule in suite.rules]


def applicable_rules(rules: Sequence[Rule], department: Department, contract: Contract) -> list[Rule]:
    """Those of ``rules`` that apply to a department; for the others its status is ``not_applicable``."""
    return [rule for rule in rules if rule.applies.to(department, contract)]


def read_json(path: Path) -> tuple[dict[str, Any], bytes]:
    """A JSON object and the bytes that it was read from.

    Raises SuiteError when the file cannot be read, is no object, or gives one key twice: Python's own reader would keep
    the last of the two and say nothing.
    """
    try:
        content = path.read_bytes()
        raw = json.loads(content, object_pairs_hook=_no_key_twice)
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path}: {error}; mend the file, or put the shipped one back") from error
    if not isinstance(raw, dict):
        raise SuiteError(f"{path}: it must hold one JSON object")
    return raw, content


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice in one object; keep one")
    return dict(pairs)


def _load_suite(path: Path) -> Suite:
    raw, content = read_json(path)
    try:
        stated = _Suite.model_validate_json(content)
    except ValidationError as error:
        raise SuiteError(_told(path, raw, error)) from error
    if stated.name != path.stem:
        raise SuiteError(f"{path}: its name is {stated.name!r}; it must be that of the file, {path.stem!r}")
    seen: dict[str, str] = {}
    for each in stated.expectations:
        _check(path, each, seen)
    rules = tuple(_rule(path.stem, each) for each in stated.expectations)
    return Suite(stated.name, rules, raw, hashlib.sha256(content).hexdigest())


def _told(path: Path, raw: dict[str, Any], error: ValidationError) -> str:
    """Every fault in one message, each with its rule, or its place where no rule can be read."""
    faults = []
    for each in error.errors(include_url=False):
        place = list(each["loc"])
        if place[:1] == ["expectations"] and len(place) > 1:
            at = place[1]
            try:
                place[:2] = [f"rule {raw['expectations'][at]['meta']['rule']}"]
            except (KeyError, TypeError):
                place[:2] = [f"expectation {int(at) + 1}"]
        faults.append(f"{', '.join(map(str, place))}: {each['msg']}")
    return f"{path}: " + "; ".join(faults)


def _check(path: Path, stated: _InSetExpectation | _AtMostExpectation, seen: dict[str, str]) -> None:
    """What the shape alone does not show. ``seen`` collects what was asked so far, with the rule that asks it."""
    where = f"{path}, rule {stated.meta.rule}"
    mostly = {"$PARAMETER": parameter(stated.meta.rule)}
    if stated.kwargs.mostly != mostly:
        raise SuiteError(f"{where}: mostly must be {json.dumps(mostly)}; the share itself stands in thresholds.json")
    facts = COLUMNS[path.stem]
    if stated.kwargs.column not in facts:
        raise SuiteError(f"{where}: no fact is called {stated.kwargs.column!r}; there are {', '.join(facts)}")
    asks = f"{stated.type} {stated.kwargs.model_dump_json(exclude={'mostly'})}"
    if asks in seen:
        raise SuiteError(f"{where}: rule {seen[asks]} asks the same; keep one of the two")
    seen[asks] = stated.meta.rule


def _rule(suite: str, stated: _InSetExpectation | _AtMostExpectation) -> Rule:
    words = stated.meta.model_dump(exclude={"rule", "applies_when"})
    return Rule(
        id=stated.meta.rule,
        severity=stated.severity,
        description=stated.description,
        suite=suite,
        column=stated.kwargs.column,
        applies=stated.meta.applies_when,
        **words,
    )
