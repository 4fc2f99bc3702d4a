"""Rules applied: every period of a department judged by the suites, its results and findings written.

Put here which periods are judged again, and what a result is. Keep out how Great Expectations runs (``gx.py``) and
what a finding says (``finding.py``, ``conditions.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.errors import UserError
from dedup_assets.findings.evidence import Row, rows
from dedup_assets.findings.facts import passes
from dedup_assets.findings.finding import delivery_findings, image_findings, insert_findings
from dedup_assets.findings.law import law_of
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.department import Department
    from dedup_assets.findings.law import Answer, Law
    from dedup_assets.findings.suites import Rule

# Bump when the same facts give other results, sentences or evidence: every period is then judged anew.
RULES_VERSION = "2"


class RulesError(UserError):
    """Rules cannot be applied to the tables as they stand; the message says what is missing."""


@dataclass(frozen=True)
class RuleOutcome:
    """A row of ``rule_result`` with the rule's title: what one rule found in one department at one date.

    ``status``: pass, fail, no_data (nothing to judge, never a pass), error, not_applicable. ``mostly``: the share, 0 to
    1, of the ``evaluated`` records that must pass. ``reason``: why there is no data, or what went wrong.
    """

    department: str
    as_of: date
    rule_id: str
    status: str
    severity: str
    dimension: str
    evaluated: int
    failing: int
    mostly: float
    suite: str
    rules_sha256: str
    reason: str | None
    title: str


def apply_rules(
    con: duckdb.DuckDBPyConnection, department: Department, contract: Contract, expectations: Path
) -> list[RuleOutcome]:
    """Judge every period of ``department`` whose facts, suites or thresholds changed; results of all, by date and rule.

    ``con`` is a connection to the department's pool, with facts built. ``rule_result`` and ``finding`` of a period are
    rewritten in one transaction. A period without a readable delivery has its delivery judged, and ``no_data`` for the
    rules about images; one for which nothing is due has no results. Every failing record is a finding, also where
    enough records pass.

    Raises SuiteError for suites or thresholds that cannot be used, RulesError when facts are missing.
    """
    law = law_of(department, contract, expectations)
    con.execute(query("findings", "fact_macro"))
    con.execute(query("review", "pair_verdict"))
    con.execute(query("findings", "fact_member"), {"departments": [department.name]})
    periods = rows(con, "rule_period", {"department": department.name})
    for period in periods:
        _refuse_without_facts(period)
        period["rules_digest"] = _digest(department, contract, law, period)
    known = dict(con.execute("select as_of, digest from rule_input where department = ?", [department.name]).fetchall())
    with atomic(con):
        for as_of in sorted(known.keys() - {period["as_of"] for period in periods}):
            _forget(con, department.name, as_of)
    changed = [period for period in periods if known.get(period["as_of"]) != period["rules_digest"]]
    for batch in passes(changed, lambda period: int(period["rows_in"])):
        _judge(con, department, contract, law, batch)
    titles = {rule.id: rule.title for rule in law.rules}
    stand = rows(con, "rule_outcome", {"department": department.name})
    return [RuleOutcome(**row, title=titles[row["rule_id"]]) for row in stand]


def _refuse_without_facts(period: Row) -> None:
    if period["delivery_status"] != period["status"] or (period["status"] == "read" and period["digest"] is None):
        raise RulesError(f"{period['department']} has no facts for {period['as_of']}; build the facts first")


def _digest(department: Department, contract: Contract, law: Law, period: Row) -> str:
    # The contract as a whole: it decides which rules apply and which cells a finding names.
    stands_on = [RULES_VERSION, law.sha256, sorted(law.applicable), contract.sha256, department.has_images, period]
    return hashlib.sha256(json.dumps(stands_on, sort_keys=True, default=str).encode()).hexdigest()


def _judge(
    con: duckdb.DuckDBPyConnection, department: Department, contract: Contract, law: Law, periods: Sequence[Row]
) -> None:
    """Judge some periods together, and write each with its findings."""
    about_delivery = law.ask(con, "delivery", [period["as_of"] for period in periods])
    about_images = law.ask(con, "image_fact", [period["as_of"] for period in periods if period["status"] == "read"])
    for period in periods:
        delivery, images = about_delivery[period["as_of"]], about_images.get(period["as_of"], {})
        found = delivery_findings(con, period, [rule for rule, said in delivery.items() if said.failing])
        failing = {rule: said.failing for rule, said in images.items()}
        found += image_findings(con, department, contract, period["delivery_id"], failing)
        said = {**delivery, **images}
        results = [_result(law, period, rule, said.get(rule)) for rule in law.rules]
        _assert_found(results, found)
        _write(con, period, results, found)


def _result(law: Law, period: Row, rule: Rule, said: Answer | None) -> Row:
    """A row of ``rule_result``; ``said`` is None where the rule was not asked."""
    status, reason = _status(law, period, rule, said)
    return {
        "department": period["department"],
        "as_of": period["as_of"],
        "rule_id": rule.id,
        "status": status,
        "severity": rule.severity,
        "dimension": rule.dimension,
        "evaluated": said.evaluated if said else 0,
        "failing": len(said.failing) if said else 0,
        "mostly": law.thresholds[rule.id],
        "suite": rule.suite,
        "rules_sha256": law.sha256,
        "reason": reason,
    }


def _status(law: Law, period: Row, rule: Rule, said: Answer | None) -> tuple[str, str | None]:
    if rule.id not in law.applicable:
        return "not_applicable", None
    if said is None:
        return "no_data", period["reason"] or f"no delivery was read for {period['as_of']}"
    if said.error is not None:
        return "error", said.error
    if said.evaluated == 0:
        return "no_data", f"there are no {rule.judges}"
    return "pass" if said.success else "fail", None


def _assert_found(results: Sequence[Row], found: Sequence[Row]) -> None:
    """Every failing record has its finding, and no other has one (house rule 5)."""
    counted = Counter(row["rule_id"] for row in found)
    failing = {row["rule_id"]: row["failing"] for row in results if row["failing"]}
    assert counted == failing, f"findings {dict(counted)} are not the failing records {failing}"


def _write(con: duckdb.DuckDBPyConnection, period: Row, results: list[Row], found: list[Row]) -> None:
    with atomic(con):
        _forget(con, period["department"], period["as_of"])
        con.register("new_rule_result", pa.Table.from_pylist(results))
        con.execute(query("findings", "rule_result"))
        con.unregister("new_rule_result")
        insert_findings(con, found)
        digest = [period["department"], period["as_of"], period["rules_digest"]]
        con.execute("insert into rule_input values (?, ?, ?)", digest)


def _forget(con: duckdb.DuckDBPyConnection, department: str, as_of: date) -> None:
    for statement in (
        "delete from rule_result where department = ? and as_of = ?",
        "delete from finding where department = ? and as_of = ?",
        "delete from rule_input where department = ? and as_of = ?",
    ):
        con.execute(statement, [department, as_of])
