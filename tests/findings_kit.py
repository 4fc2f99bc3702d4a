"""What the tests of facts and of rules share: a small registry, and the few words to build and judge a pool."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from dedup_assets.findings.facts import FactReport, build_facts
from dedup_assets.findings.rules import RuleOutcome, apply_rules
from dedup_assets.findings.suites import COLUMNS
from dedup_assets.settings import PROJECT
from findings_pool import Pool, contract, department

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup_assets.deliveries.contract import Contract

A, B, C, D = "5000000001", "5000000002", "5000000003", "5000000004"
PERMIT, SUPPLEMENT, OTHER = "16010-10000-00001", "16010-20001-00001", "16014-10000-00009"
PIN = "129B193    42"
NAMES = ("ladbs", "housing", "planning")
DAY = "2025-01-01"
EXPECTATIONS = PROJECT / "expectations"
# A record on the permit's own parcel.
PLACED = {"apn_raw": A, "permit_number_raw": PERMIT}


def registered() -> Pool:
    """Four parcels, B and C of one shape; a permit on A, its supplement without parcel, a permit on D; a PIN on C."""
    pool = Pool()
    pool.parcels(A, B, C, D)
    pool.permit(PERMIT, A)
    pool.permit(SUPPLEMENT, None)
    pool.permit(OTHER, D)
    pool.group("geometry", "condominium", B, C)
    pool.insert("parcel_pin", pin=PIN, apn=C, source="pins.csv")
    return pool


def build(pool: Pool, *names: str, **traits: Any) -> FactReport:
    """Facts of some departments, all under a contract that maps every column."""
    departments = [department(name, **traits) for name in names or ("ladbs",)]
    return build_facts(pool.con, departments, {name: contract(name) for name in NAMES})


def facts_of(pool: Pool) -> list[tuple[Any, ...]]:
    """Every fact, in order."""
    return pool.rows("select * from image_fact order by department, as_of, row_no")


def few_rules(folder: Path) -> Path:
    """Suites of a few rules, for what does not hang on which: every rule costs a judgement its milliseconds."""
    kept = {"DEL-001", "DUP-001", "DUP-002", "PAR-001"}
    for name in COLUMNS:
        document = json.loads((EXPECTATIONS / f"{name}.json").read_text(encoding="utf-8"))
        document["expectations"] = [each for each in document["expectations"] if each["meta"]["rule"] in kept]
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    thresholds = json.loads((EXPECTATIONS / "thresholds.json").read_text(encoding="utf-8"))
    thresholds["mostly"] = {rule: share for rule, share in thresholds["mostly"].items() if rule in kept}
    (folder / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
    return folder


def judge(
    pool: Pool, name: str = "ladbs", expectations: Path = EXPECTATIONS, given: Contract | None = None, **traits: Any
) -> list[RuleOutcome]:
    """Facts and rules of one department."""
    document, known = department(name, **traits), given or contract(name)
    build_facts(pool.con, [document], {name: known})
    return apply_rules(pool.con, document, known, expectations)


def at(outcomes: Sequence[RuleOutcome], day: str = DAY) -> dict[str, RuleOutcome]:
    """The outcomes of one date, by rule."""
    return {each.rule_id: each for each in outcomes if each.as_of == date.fromisoformat(day)}


def found(pool: Pool) -> set[tuple[str, str]]:
    """Rule and subject of every finding."""
    return set(pool.rows("select rule_id, subject from finding"))


def written(pool: Pool) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that facts and rules leave behind."""
    names = ("fact_input", "image_fact", "delivery_fact", "rule_input", "rule_result", "finding")
    return {name: pool.rows(f"select * from {name} order by all") for name in names}
