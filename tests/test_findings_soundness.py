"""What breaks in the judging itself is an error or an exception, never a pass, and leaves what stood."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from dedup_assets.findings import gx, law, rules
from dedup_assets.findings.finding import EvidenceError
from dedup_assets.findings.rules import RulesError, apply_rules
from dedup_assets.findings.suites import COLUMNS, Suite, SuiteError, load_suites
from dedup_assets.warehouse import query
from findings_kit import EXPECTATIONS, at, few_rules, judge, registered, written
from findings_planted import CLEAN, PLANTED, plant
from findings_pool import Pool, contract, department

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pool() -> Pool:
    """The registry, and no deliveries."""
    return registered()


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Suites of a few rules."""
    return few_rules(tmp_path_factory.mktemp("few"))


def test_an_expectation_that_raises_is_an_error_and_neither_pass_nor_fail(pool: Pool, tmp_path: Path) -> None:
    shutil.copytree(EXPECTATIONS, tmp_path / "e")
    path = tmp_path / "e" / "image_fact.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    spoiled = next(each for each in document["expectations"] if each["meta"]["rule"] == "PAR-002")
    spoiled["type"] = "expect_column_values_to_be_between"  # a number is asked of words
    spoiled["kwargs"] = {"column": "parcel_status", "max_value": 0, "mostly": spoiled["kwargs"]["mostly"]}
    path.write_text(json.dumps(document), encoding="utf-8")
    pool.delivery([*CLEAN, *PLANTED[0][0]])
    outcomes = at(judge(pool, expectations=tmp_path / "e"))
    assert (outcomes["PAR-002"].status, outcomes["PAR-002"].evaluated) == ("error", 0)
    assert outcomes["PAR-002"].reason
    assert (outcomes["DUP-001"].status, outcomes["DUP-001"].failing) == ("fail", 1)


def test_a_rule_that_great_expectations_drops_is_noticed() -> None:
    suite = load_suites(EXPECTATIONS)[0]
    raw = json.loads(json.dumps(suite.raw))
    raw["expectations"][3]["type"] = "expect_column_values_to_be_betwen"
    with pytest.raises(SuiteError, match=r"lost the rules \['PAR-001'\]"):
        gx.Judge(Suite(suite.name, suite.rules, raw, suite.sha256), {rule.id for rule in suite.rules})


def test_a_crash_of_great_expectations_is_an_exception_and_leaves_what_stood(
    pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.delivery(CLEAN)
    judge(pool, expectations=few)
    before = written(pool)

    def crash(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(gx.Judge, "judge", crash)
    with pytest.raises(RuntimeError, match="out of memory"):
        judge(pool, expectations=few, thresholds={"DUP-001": 0.5})
    assert written(pool) == before


def test_a_write_that_fails_in_the_middle_leaves_what_stood(
    pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(pool)
    judge(pool, expectations=few)
    before = written(pool)

    def fail(*_: object) -> None:
        raise duckdb.IOException("disk full")

    monkeypatch.setattr(rules, "insert_findings", fail)
    with pytest.raises(duckdb.IOException, match="disk full"):
        judge(pool, expectations=few, thresholds={"DUP-001": 0.5})
    assert written(pool) == before


def test_a_failing_record_without_a_finding_is_noticed(pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(pool)
    original = rules.image_findings
    monkeypatch.setattr(rules, "image_findings", lambda *given: original(*given)[1:])
    with pytest.raises(AssertionError, match="are not the failing records"):
        judge(pool, expectations=few)
    assert written(pool)["rule_result"] == []


@pytest.mark.parametrize("broken", [{"evaluated": 3}, {"failing": (0, 1)}, {"success": False}])
def test_counts_that_do_not_add_up_are_noticed(
    pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
) -> None:
    pool.delivery([*CLEAN, *PLANTED[0][0]])
    original = gx.Judge.judge

    def tampered(self: gx.Judge, frame: Any, mostly: Any) -> dict[str, gx.Judgement]:
        judged = original(self, frame, mostly)
        return {rule: gx.Judgement(**{**vars(each), **broken}) for rule, each in judged.items()}

    monkeypatch.setattr(gx.Judge, "judge", tampered)
    with pytest.raises(AssertionError, match=r"add up to|answers False"):
        judge(pool, expectations=few)


def test_a_fact_that_the_tables_do_not_bear_out_is_noticed(pool: Pool, few: Path) -> None:
    pool.delivery(CLEAN)
    judge(pool, expectations=few)
    before = pool.rows("from rule_result order by all")
    pool.con.execute("update image_fact set unrelated_parcels = 1, redundant_in_department = 1, row_no = row_no + 10")
    pool.con.execute("delete from rule_input")
    with pytest.raises(AssertionError, match="are not the failing records"):
        apply_rules(pool.con, department(), contract(), few)
    pool.con.execute("update image_fact set row_no = row_no - 10, sha256 = image_id")
    with pytest.raises(EvidenceError, match="DUP-001 fails for ok1 of ladbs at 2025-01-01, but the tables hold"):
        apply_rules(pool.con, department(), contract(), few)
    assert pool.rows("from rule_result order by all") == before


def test_rules_without_facts_are_refused(pool: Pool) -> None:
    pool.delivery(CLEAN)
    with pytest.raises(RulesError, match="ladbs has no facts for 2025-01-01; build the facts first"):
        apply_rules(pool.con, department(), contract(), EXPECTATIONS)


def test_enough_is_great_expectations_own_arithmetic() -> None:
    assert law.enough(100, 1, 0.99)
    assert not law.enough(100, 2, 0.99)
    assert law.enough(3, 3, 0.0)


def test_every_projection_has_the_columns_that_suites_may_judge(pool: Pool) -> None:
    pool.delivery(CLEAN)
    judge(pool)
    for suite, columns in COLUMNS.items():
        frame = pool.con.execute(
            query("findings", f"rule_{suite}"), {"department": "ladbs", "dates": [date(2025, 1, 1)]}
        ).df()
        assert tuple(frame.columns) == ("as_of", "row_no", *columns)
