"""Rules: every planted defect is a finding with its sentence, nothing else is one, and no data is never a pass."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from dedup_assets.findings.finding import finding_id
from dedup_assets.findings.suites import COLUMNS
from findings_kit import DAY, PERMIT, SUPPLEMENT, A, B, C, D, at, few_rules, found, judge, registered, written
from findings_planted import CLEAN, PLANTED, plant, planted_contract
from findings_pool import Pool, digest

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


def test_every_planted_defect_is_a_finding_with_its_sentence_and_nothing_else_is(pool: Pool) -> None:
    plant(pool)
    outcomes = at(judge(pool, given=planted_contract()))
    assert found(pool) == {(rule, subject) for _, rule, subject, _ in PLANTED}
    said = dict(pool.rows("select rule_id, condition from finding"))
    assert said == {rule: sentence for _, rule, _, sentence in PLANTED}
    for rule in {rule for _, rule, _, _ in PLANTED}:
        assert (outcomes[rule].failing, outcomes[rule].status) == (1, "fail"), rule
        assert outcomes[rule].evaluated > 1, rule
    assert outcomes["PAR-001"].status == "pass"
    assert outcomes["BWV-001"].status == "not_applicable"
    assert [outcomes[rule].status for rule in ("DEL-001", "DEL-002", "DEL-003")] == ["pass"] * 3


def test_evidence_names_what_the_sentence_rests_on(pool: Pool) -> None:
    plant(pool)
    judge(pool, given=planted_contract())
    evidence = {rule: json.loads(text) for rule, text in pool.rows("select rule_id, evidence from finding")}
    assert evidence["DUP-001"] == {
        "content": digest("d"), "kept": "d2", "kept_because": "taken_first", "copies": 2,
        "others": [{"apn": None, "image_id": "d2"}],
    }  # fmt: skip
    assert evidence["DUP-002"]["others"] == [{"apn": None, "department": "housing", "image_id": "h1"}]
    assert evidence["DUP-003"]["nearest"] == [
        {"apn": None, "department": "housing", "distance": 7, "image_id": "h2", "verdict": "undecided"}
    ]
    assert evidence["PAR-003"]["parcels_of_record"] == [A]
    assert evidence["PAR-004"]["parcels_of_record"] == [C]
    assert [each["kind"] for each in evidence["IDN-001"]["identifiers"]] == ["apn", "pin"]
    assert evidence["CMP-001"]["columns"] == ["PHOTO_ROLE"]
    assert evidence["VAL-001"]["values"] == {"CAPTURED_AT": "yesterday"}
    assert evidence["FIL-004"] == {"storage_uri": "../../etc/passwd"}
    assert evidence["TRC-001"] == {"missing": ["source_system", "batch_id"]}
    for text in (text for (text,) in pool.rows("select evidence from finding")):
        assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_one_photograph_on_unrelated_parcels(pool: Pool, few: Path) -> None:
    pool.match("x", "y", "same_image")
    pool.delivery([{"image_id": "1", "content": "x", "apn_raw": A}, {"image_id": "ok", "apn_raw": A}])
    pool.delivery(
        [{"image_id": f"h{n}", "content": "y", "apn_raw": apn} for n, apn in enumerate([D, B, C, A])], name="housing"
    )
    outcome = at(judge(pool, expectations=few))["PAR-001"]
    assert (outcome.status, outcome.evaluated, outcome.failing) == ("fail", 2, 1)
    ((condition, evidence),) = pool.rows("select condition, evidence from finding where rule_id = 'PAR-001'")
    assert condition == "Photograph 1 is filed on parcel 5000-000-001 and also on 3 unrelated parcels."
    assert json.loads(evidence) == {
        "content": digest("x"), "parcel": A, "unrelated_parcels": 3,
        "parcels": [
            {"apn": B, "department": "housing", "image_id": "h1"},
            {"apn": C, "department": "housing", "image_id": "h2"},
            {"apn": D, "department": "housing", "image_id": "h0"},
        ],
    }  # fmt: skip


def hang_everywhere(pool: Pool, parcels: int) -> None:
    """One photograph on many parcels of one delivery, parcel n by record n."""
    delivery_id = pool.delivery([])
    pool.con.execute(
        """
        insert into image_record by name
        select $id as delivery_id, 'ladbs' as department, date '2025-01-01' as as_of, n as row_no, 'i' || n as image_id,
            'same.jpg' as storage_uri, (5000000000 + n)::text as apn_raw, 0 as missing_values, 0 as mandatory_values,
            0 as typed_values, 0 as invalid_values
        from range(1, $parcels + 1) as t(n)
        """,
        {"id": delivery_id, "parcels": parcels},
    )
    pool.con.execute("insert into identifier select 'apn', apn_raw, apn_raw, 'ok', [], [], null from image_record")
    pool.con.execute("update delivery set rows_in = $n, rows_accepted = $n", {"n": parcels})
    pool.insert(
        "image_file", delivery_id=delivery_id, department="ladbs", storage_uri="same.jpg", status="ok",
        sha256=digest("same"), byte_size=1, change_token="t", algorithm_version="v",
    )  # fmt: skip


def test_lists_of_evidence_are_capped_and_counts_are_exact(few: Path) -> None:
    pool = Pool()
    hang_everywhere(pool, 1_500)
    judge(pool, expectations=few)
    evidence = [json.loads(text) for (text,) in pool.rows("select evidence from finding where rule_id = 'PAR-001'")]
    assert len(evidence) == 1_500
    assert {each["unrelated_parcels"] for each in evidence} == {1_499}
    assert {len(each["parcels"]) for each in evidence} == {10}
    assert not any(each["parcel"] in {other["apn"] for other in each["parcels"]} for each in evidence)
    copies = [json.loads(text) for (text,) in pool.rows("select evidence from finding where rule_id = 'DUP-001'")]
    assert {(each["copies"], len(each["others"])) for each in copies} == {(1_500, 10)}


def test_the_one_stranger_among_a_condominiums_units_is_named(few: Path) -> None:
    pool = Pool()
    hang_everywhere(pool, 60)
    pool.group("geometry", "tower", *[str(5000000000 + n) for n in range(1, 60)])
    judge(pool, expectations=few)
    evidence = [json.loads(text) for (text,) in pool.rows("select evidence from finding where rule_id = 'PAR-001'")]
    strangers = {each["parcel"]: [other["apn"] for other in each["parcels"]] for each in evidence}
    assert len(strangers.pop("5000000060")) == 10
    assert strangers == {str(5000000000 + n): ["5000000060"] for n in range(1, 60)}


def test_the_other_half_of_a_pair_is_no_evidence_of_looking_alike(pool: Pool) -> None:
    pool.delivery(
        [
            {"image_id": "1", "content": "b", "apn_raw": D, "photo_role": "before"},
            {"image_id": "2", "content": "a", "apn_raw": D, "photo_role": "after", "replaces_image_id": "1"},
            {"image_id": "3", "content": "c", "apn_raw": D},
        ]
    )
    pool.match("b", "a", "undecided", distance=1)
    pool.match("b", "c", "undecided", distance=2)
    judge(pool)
    rows = pool.rows("select subject, evidence from finding where rule_id = 'DUP-003' order by subject")
    nearest = {subject: [each["image_id"] for each in json.loads(text)["nearest"]] for subject, text in rows}
    assert nearest == {"1": ["3"], "3": ["1"]}


def test_legitimate_reuse_is_silent(pool: Pool) -> None:
    pool.delivery(
        [
            {"image_id": "1", "content": "x", "apn_raw": A, "permit_number_raw": PERMIT},
            {"image_id": "2", "content": "x", "apn_raw": A, "permit_number_raw": SUPPLEMENT},
            {"image_id": "3", "content": "y", "apn_raw": B},
            {"image_id": "4", "content": "y", "apn_raw": C},
            {"image_id": "5", "content": "z", "apn_raw": D, "photo_role": "before"},
            {"image_id": "6", "content": "z", "apn_raw": D, "photo_role": "after", "replaces_image_id": "5"},
            {"image_id": "7", "content": "b", "apn_raw": D, "photo_role": "before"},
            {"image_id": "8", "content": "a", "apn_raw": D, "photo_role": "after", "replaces_image_id": "7"},
            {"image_id": "9", "content": "units", "apn_raw": B},  # and housing files it on the other unit
        ]
    )
    pool.match("b", "a", "undecided")
    pool.delivery([{"image_id": "h", "content": "units", "apn_raw": C}], name="housing")
    judge(pool)
    assert found(pool) == set()


def test_body_worn_video_is_judged_by_its_metadata() -> None:
    pool = Pool()
    same = {"device_serial": "X1", "captured_at": "2024-01-01T10:00:00", "duration_seconds": "30"}
    records = [{"image_id": f"e{n}", **same, "declared_sha256": digest("same")} for n in range(3)]
    pool.delivery([*records, {"image_id": "alone", **same, "duration_seconds": "9"}], images=False)
    outcomes = at(judge(pool, has_images=False))
    assert (outcomes["BWV-001"].status, outcomes["BWV-001"].failing, outcomes["BWV-001"].evaluated) == ("fail", 3, 4)
    assert {outcomes[rule].status for rule in ("DUP-001", "PAR-001", "FIL-001", "FIL-002")} == {"not_applicable"}
    conditions = dict(pool.rows("select subject, condition from finding where rule_id = 'BWV-001'"))
    assert conditions["e0"] == "Evidence record e0 describes the same recording as 2 other records, among them e1."
    pool.con.execute("delete from image_record where image_id in ('e1', 'alone')")
    pool.con.execute("update delivery set rows_accepted = 2, rows_in = 2")
    judge(pool, has_images=False)
    conditions = dict(pool.rows("select subject, condition from finding where rule_id = 'BWV-001'"))
    assert conditions["e0"] == "Evidence record e0 describes the same recording as 1 other record: e2."


def test_deliveries_are_judged_as_a_whole() -> None:
    pool = Pool()
    delivery_id = pool.delivery([{"image_id": "1"}], rejected=2)
    for row_no, column in ((2, "APN"), (3, "APN"), (3, "TAKEN")):
        pool.insert(
            "rejected_row", delivery_id=delivery_id, department="ladbs", as_of=DAY, row_no=row_no, column_name=column,
            rule="required", detail="blank", raw="x",
        )  # fmt: skip
    pool.period("2025-02-01", "missing", reason="no manifest was there.")
    pool.period("2025-03-01", "unreadable", reason="no zip file")
    pool.period("2025-04-01", "empty")
    pool.period("2025-05-01", "not_due")
    outcomes = judge(pool)
    status = {(each.as_of.month, each.rule_id): each.status for each in outcomes}
    assert [status[month, "DEL-001"] for month in (1, 2, 3, 4)] == ["pass", "fail", "pass", "pass"]
    assert [status[month, "DEL-002"] for month in (1, 2, 3, 4)] == ["pass", "no_data", "fail", "fail"]
    assert [status[month, "DEL-003"] for month in (1, 2, 3, 4)] == ["fail", "no_data", "no_data", "no_data"]
    assert [status[month, "FIL-002"] for month in (1, 2, 3, 4)] == ["pass", "no_data", "no_data", "no_data"]
    assert {as_of for as_of, _ in status} == {1, 2, 3, 4}
    assert at(outcomes, "2025-02-01")["FIL-002"].reason == "no manifest was there."
    assert at(outcomes, "2025-04-01")["FIL-002"].reason == "no delivery was read for 2025-04-01"
    rows = pool.rows("select rule_id, subject, condition, evidence from finding order by as_of")
    assert [row[:3] for row in rows] == [
        ("DEL-003", "2025-01-01", "The contract rejected 2 of 3 rows of the manifest for 2025-01-01."),
        ("DEL-001", "2025-02-01", "No new delivery was handed in for 2025-02-01: no manifest was there."),
        (
            "DEL-002",
            "2025-03-01",
            "The delivery for 2025-03-01 cannot be used, its manifest is unreadable: no zip file.",
        ),
        ("DEL-002", "2025-04-01", "The delivery for 2025-04-01 cannot be used, its manifest is empty."),
    ]
    assert json.loads(rows[0][3])["by_column"] == [
        {"column_name": "APN", "rows": 2, "rule": "required"},
        {"column_name": "TAKEN", "rows": 1, "rule": "required"},
    ]


def test_where_there_is_nothing_to_judge_nothing_passes() -> None:
    pool = Pool()  # no registry, no other department, and records that give next to nothing
    pool.delivery(
        [{"image_id": "1", "content": None, "mandatory_values": 0, "typed_values": 0, "declared_sha256": None}]
    )
    outcomes = at(judge(pool))
    silent = {rule for rule, each in outcomes.items() if each.status == "no_data"}
    assert silent == {
        "DUP-001", "DUP-002", "DUP-003", "PAR-001", "PAR-002", "PAR-003", "PAR-004", "PAR-005", "IDN-001", "CMP-001",
        "VAL-001", "FIL-001", "FIL-003", "MIS-001", "PAR-006", "PAR-007", "PAR-008", "PAR-009",
    }  # fmt: skip
    assert {(outcomes[rule].evaluated, outcomes[rule].failing) for rule in silent} == {(0, 0)}
    assert outcomes["FIL-003"].reason == "there are no records that declare a checksum and whose file was found"


def test_a_delivery_whose_every_row_was_rejected_passes_nothing() -> None:
    pool = Pool()
    pool.delivery([], rejected=4)
    outcomes = at(judge(pool))
    assert {each.status for rule, each in outcomes.items() if not rule.startswith(("DEL", "BWV"))} == {"no_data"}
    assert outcomes["DEL-003"].status == "fail"


def test_another_department_makes_copies_elsewhere_judgeable(few: Path) -> None:
    pool = Pool()
    pool.delivery([{"image_id": "1"}], "2025-01-01")
    pool.delivery([{"image_id": "1"}], "2025-02-01")
    pool.delivery([{"image_id": "h"}], "2025-02-01", "housing")
    outcomes = judge(pool, expectations=few)
    assert [at(outcomes, day)["DUP-002"].status for day in ("2025-01-01", "2025-02-01")] == ["no_data", "pass"]


@pytest.mark.parametrize(("copies", "status"), [(0, "pass"), (1, "pass"), (2, "fail")])
def test_the_limit_itself_passes_and_every_failing_record_is_a_finding(copies: int, status: str, few: Path) -> None:
    pool = Pool()
    pool.delivery([{"image_id": f"{n:02}", "content": str(max(n, copies))} for n in range(10)])
    outcome = at(judge(pool, expectations=few, thresholds={"DUP-001": 0.9}))["DUP-001"]
    assert (outcome.status, outcome.evaluated, outcome.failing, outcome.mostly) == (status, 10, copies, 0.9)
    assert len(found(pool)) == copies


def test_an_outcome_is_the_written_row_with_its_title(pool: Pool, few: Path) -> None:
    pool.delivery(CLEAN)
    outcomes = judge(pool, expectations=few)
    stored = pool.rows("from rule_result order by as_of, rule_id")
    assert [tuple(vars(each).values())[:3] for each in outcomes] == [row[:3] for row in stored]
    assert at(outcomes)["DUP-001"].title == "Exact duplicate within the department"
    assert {each.suite for each in outcomes} == set(COLUMNS)


def test_finding_ids_are_those_of_the_schema(pool: Pool) -> None:
    plant(pool)
    judge(pool)
    for row_id, name, rule, subject in pool.rows("select finding_id, department, rule_id, subject from finding"):
        assert row_id == finding_id(name, rule, subject) == "F-" + digest(name, rule, subject)[:16]


def test_the_same_input_in_any_order_gives_the_same_tables(pool: Pool) -> None:
    plant(pool)
    judge(pool, given=planted_contract())
    other = Pool()
    names = [name for (name,) in pool.rows("select table_name from duckdb_tables() where not temporary")]
    for name in names:
        if name not in written(pool):
            rows = pool.rows(f"from {name}")
            random.Random(7).shuffle(rows)
            for row in rows:
                other.con.execute(f"insert into {name} values ({', '.join('?' * len(row))})", list(row))
    other.con.execute("set threads = 1")
    judge(other, given=planted_contract())
    assert written(other) == written(pool)
