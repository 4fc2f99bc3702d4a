"""Only what changed is computed and judged again, and the tables are those of computing everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.findings import facts, gx
from dedup_assets.findings.facts import FactReport, build_facts
from findings_kit import (
    NAMES,
    PIN,
    PLACED,
    A,
    B,
    D,
    build,
    facts_of,
    few_rules,
    judge,
    registered,
    written,
)
from findings_planted import CLEAN, PLANTED, plant, planted_contract
from findings_pool import Pool, contract, department
from test_findings_reuse import RECORDS, matched, numbered

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


def test_only_what_changed_is_computed(pool: Pool) -> None:
    for month in (1, 2):
        pool.delivery([{"image_id": "1", "content": "x", "apn_raw": A}], f"2025-0{month}-01")
        pool.delivery([{"image_id": "h", "apn_raw": A}], f"2025-0{month}-01", "housing")
    assert build(pool, "ladbs", "housing").computed == 4
    assert build(pool, "ladbs", "housing").computed == 0
    pool.delivery([{"image_id": "1", "content": "new"}], "2025-03-01")
    pool.identify("apn", "of nobody here")
    pool.match("unseen", "too", "undecided")
    assert build(pool, "ladbs", "housing").computed == 1
    pool.delivery([{"image_id": "p", "content": "x"}], "2025-02-01", "planning")  # late, and elsewhere for both
    assert build(pool, "ladbs", "housing").computed == 3
    pool.permit("16010-10000-00123", A)
    assert build(pool, "ladbs", "housing").computed == 5


@pytest.mark.parametrize(
    "change",
    [
        "update image_file set status = 'unreadable', reason = 'truncated' where storage_uri = 'images/1.jpg'",
        "update identifier set in_registry = false",
        "update image_record set permit_number_raw = null",
        "insert into parcel_group values ('5000000001', 'pin', 'p'), ('5000000004', 'pin', 'p')",
        "update match set verdict = 'same_image'",
    ],
)
def test_whatever_facts_follow_from_makes_them_anew(pool: Pool, change: str) -> None:
    records = [{"image_id": "1", "content": "x", **PLACED}, {"image_id": "2", "content": "x", "apn_raw": D}]
    pool.delivery([*records, {"image_id": "3", "content": "y"}])
    pool.match("x", "y", "undecided")
    build(pool)
    before = facts_of(pool)
    pool.con.execute(change)
    assert build(pool).computed == 1
    assert facts_of(pool) != before


def test_a_contract_that_maps_other_columns_makes_them_anew(pool: Pool) -> None:
    pool.delivery([{"image_id": "1", "pin_raw": PIN}])
    build(pool)
    assert build_facts(pool.con, [department()], {"ladbs": contract(without=("pin_raw",))}).computed == 1
    assert pool.fact("1")["pin_agreement"] == "not_applicable"


def test_a_new_version_of_the_code_computes_everything_anew(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.delivery([{"image_id": "1"}])
    build(pool)
    monkeypatch.setattr(facts, "FACT_VERSION", "next")
    assert build(pool).computed == 1


def test_a_superseded_delivery_loses_its_facts(pool: Pool) -> None:
    pool.delivery([{"image_id": "1"}, {"image_id": "2"}])
    build(pool)
    pool.con.execute("update delivery set in_force = false")
    pool.delivery([{"image_id": "2"}], version=2)
    assert build(pool) == FactReport(deliveries=1, computed=1, forgotten=1, rows=1)
    assert pool.rows("select image_id from image_fact") == [("2",)]
    assert pool.rows("select count(*) from fact_input") == [(1,)]


def test_only_the_departments_asked_for_change(pool: Pool) -> None:
    pool.delivery([{"image_id": "1"}])
    pool.delivery([{"image_id": "h"}], name="housing")
    build(pool, "ladbs", "housing")
    pool.con.execute("delete from fact_input")
    assert build(pool, "ladbs").computed == 1
    assert pool.rows("select department from image_fact order by 1") == [("housing",), ("ladbs",)]


def test_a_pass_is_never_too_big_and_no_delivery_is_cut(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    for month in range(1, 5):
        pool.delivery([{"image_id": str(n), "content": "x"} for n in range(month)], f"2025-0{month}-01")
    build(pool)
    whole = facts_of(pool)
    pool.con.execute("delete from fact_input")
    monkeypatch.setattr(facts, "RECORDS_A_PASS", 3)
    assert [list(each) for each in facts.passes([1, 2, 3, 4], lambda n: n)] == [[1, 2], [3], [4]]
    assert build(pool).computed == 4
    assert facts_of(pool) == whole


@settings(max_examples=4, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["2025-01-01", "2025-02-01", "2025-03-01"]), RECORDS),
        min_size=2,
        max_size=5,
    ),
    asked=st.lists(st.sampled_from([NAMES[:1], NAMES[1:], NAMES]), min_size=5, max_size=5),
)
def test_delivery_by_delivery_equals_a_full_rebuild(
    steps: list[tuple[str, str, list[dict[str, Any]]]], asked: list[tuple[str, ...]]
) -> None:
    """In any order, late, superseding, and with only some departments asked for in between."""
    pool = matched()
    for (name, as_of, records), names in zip(steps, asked, strict=False):
        pool.con.execute("update delivery set in_force = false where department = ? and as_of = ?", [name, as_of])
        version = pool.rows("select count(*) + 1 from delivery where department = ? and as_of = ?", [name, as_of])
        pool.delivery(numbered(records, name), as_of, name, version=version[0][0])
        build(pool, *names)
    build(pool, *NAMES)
    grown = facts_of(pool), pool.rows("select * from fact_input order by all")
    pool.con.execute("delete from image_fact")
    pool.con.execute("delete from fact_input")
    build(pool, *NAMES)
    assert (facts_of(pool), pool.rows("select * from fact_input order by all")) == grown


def test_unchanged_periods_are_not_judged_again(pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = gx.Judge.judge
    monkeypatch.setattr(
        gx.Judge, "judge", lambda self, frame, mostly: asked.append(len(frame)) or original(self, frame, mostly)
    )
    pool.delivery(CLEAN)
    pool.delivery(CLEAN, "2025-02-01")
    first = judge(pool, expectations=few)
    assert asked == [2, 4]  # both dates in one frame: two deliveries, four records
    asked.clear()
    assert judge(pool, expectations=few) == first
    assert asked == []
    pool.delivery(CLEAN[:1], "2025-03-01")
    assert judge(pool, expectations=few)[: len(first)] == first
    assert asked == [1, 1]
    asked.clear()
    judge(pool, expectations=few, thresholds={"DUP-001": 0.5})
    assert asked == [3, 5]
    asked.clear()
    judge(pool, expectations=few, thresholds={"DUP-001": 0.5}, given=replace(contract(), sha256="of another contract"))
    assert asked == [3, 5]


def test_many_dates_in_one_frame_are_judged_as_each_alone(
    pool: Pool, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(pool)
    for day, records in (("2025-02-01", CLEAN), ("2025-03-01", PLANTED[0][0]), ("2024-12-01", [])):
        pool.delivery(records, day)
    together = judge(pool, expectations=few, given=planted_contract())
    before = written(pool)
    pool.con.execute("delete from rule_input")
    monkeypatch.setattr(facts, "RECORDS_A_PASS", 1)
    assert judge(pool, expectations=few, given=planted_contract()) == together
    assert written(pool) == before


def test_growing_delivery_by_delivery_gives_the_tables_of_a_full_rebuild(pool: Pool, few: Path) -> None:
    """On time, late, superseding and gone; the second department in between."""
    shared = [{"image_id": "1", "content": "x", "apn_raw": A}, {"image_id": "2", "content": "y", "apn_raw": B}]
    pool.delivery(shared, "2025-02-01")
    judge(pool, expectations=few)
    pool.delivery(shared, "2025-03-01")
    pool.delivery([{"image_id": "h", "content": "x", "apn_raw": D}], "2025-02-01", "housing")
    judge(pool, expectations=few)
    judge(pool, "housing", expectations=few)
    pool.delivery([{"image_id": "h", "content": "y", "apn_raw": D}], "2025-01-01", "housing")  # late
    pool.delivery(shared[:1], "2025-01-01")
    judge(pool, expectations=few)
    pool.con.execute("update delivery set in_force = false where department = 'ladbs' and as_of = '2025-02-01'")
    pool.delivery(shared[1:], "2025-02-01", version=2)
    pool.con.execute("update period set status = 'not_due', delivery_id = null where as_of = '2025-03-01'")
    pool.con.execute("update delivery set in_force = false where as_of = '2025-03-01'")
    judge(pool, expectations=few)
    judge(pool, "housing", expectations=few)
    grown = written(pool)
    for name in grown:
        pool.con.execute(f"delete from {name}")
    judge(pool, "housing", expectations=few)
    judge(pool, expectations=few)
    assert written(pool) == grown
    assert {as_of.month for _, as_of, _ in grown["rule_input"]} == {1, 2}
