"""Thresholds: the share of judged records that must pass each rule, for the city and for one department.

Put here how the two are laid over each other. What the share is compared with is Great Expectations' business.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dedup_assets.findings.suites import Suite, SuiteError, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.deliveries.department import Department

Share = Annotated[float, Field(ge=0, le=1)]


class _Thresholds(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    meta: dict[str, str]
    mostly: dict[str, Share]


def load_thresholds(expectations: Path, suites: Sequence[Suite], department: Department) -> dict[str, float]:
    """The share, 0 to 1, that must pass each rule in ``department``: its own where it states one, else the city's.

    Raises SuiteError when ``thresholds.json`` lacks a rule, when it or the department's document names a rule that no
    suite has, and for a share that is no number from 0 to 1.
    """
    path = expectations / "thresholds.json"
    rules = [rule.id for suite in suites for rule in suite.rules]
    city = _read(path)
    _refuse_strangers(city, rules, str(path))
    missing = [rule for rule in rules if rule not in city]
    if missing:
        raise SuiteError(f"{path}: it gives no share for {', '.join(missing)}; add one from 0 to 1")
    own = department.thresholds
    where = f"department {department.name}, thresholds"
    _refuse_strangers(own, rules, where)
    for rule, share in own.items():
        if not 0 <= share <= 1:
            raise SuiteError(f"{where}: the share of {rule} is {share}; give a number from 0 to 1")
    return {rule: own.get(rule, city[rule]) for rule in rules}


def rules_sha256(suites: Sequence[Suite], thresholds: Mapping[str, float]) -> str:
    """The digest of what a department is judged by: the suites' files and its thresholds."""
    stated = {"suites": {each.name: each.sha256 for each in suites}, "mostly": dict(thresholds)}
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def _read(path: Path) -> dict[str, float]:
    _, content = read_json(path)
    try:
        return dict(_Thresholds.model_validate_json(content).mostly)
    except ValidationError as error:
        faults = (f"{', '.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False))
        raise SuiteError(f"{path}: {'; '.join(faults)}") from error


def _refuse_strangers(stated: Iterable[str], rules: Sequence[str], where: str) -> None:
    for rule in stated:
        if rule not in rules:
            raise SuiteError(f"{where}: no suite has a rule {rule}; take it out, or use one of {', '.join(rules)}")
