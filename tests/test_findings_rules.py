"""Rules: every planted defect is a finding with its sentence, nothing else is one, and no data is never a pass."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from findings_pool import Pool, contract, department, digest

from dedup_assets.deliveries.contract import Column, Contract
from dedup_assets.deliveries.formats import make_format
from dedup_assets.findings import facts, gx, law, rules
from dedup_assets.findings.facts import build_facts
from dedup_assets.findings.finding import EvidenceError, finding_id
from dedup_assets.findings.rules import RuleOutcome, RulesError, apply_rules
from dedup_assets.findings.suites import COLUMNS, Suite, SuiteError, load_suites
from dedup_assets.settings import PROJECT
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXPECTATIONS = PROJECT / "expectations"
A, B, C, D = "5000000001", "5000000002", "5000000003", "5000000004"
PERMIT, SUPPLEMENT = "16010-10000-00001", "16010-20001-00001"
PIN = "129B193    42"
DAY = "2025-01-01"
NOBODY = "nobody has decided."


@pytest.fixture
def pool() -> Pool:
    """Four parcels, of which B and C share a shape, a permit on A with its supplement, a PIN on D."""
    pool = Pool()
    pool.parcels(A, B, C, D)
    pool.permit(PERMIT, A)
    pool.permit(SUPPLEMENT, A)
    pool.group("geometry", "condominium", B, C)
    pool.insert("parcel_pin", pin=PIN, apn=D, source="pins.csv")
    return pool


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Suites of a few rules, for what does not hang on which: every rule costs a judgement its milliseconds."""
    folder = tmp_path_factory.mktemp("few")
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


# The records that break a rule, all in one delivery with a clean one of every kind; the rule, the record, the sentence.
PLANTED: list[tuple[list[dict[str, Any]], str, str, str]] = [
    (
        [{"image_id": "d1", "content": "d"}, {"image_id": "d2", "content": "d"}],
        "DUP-001", "d2", "Photograph d2 is a further copy of d1; 2 records of the department hold it.",
    ),
    (
        [{"image_id": "e1", "content": "held by housing"}],
        "DUP-002", "e1", "Photograph e1 is also held by 1 record of housing.",
    ),
    (
        [{"image_id": "n1"}],
        "DUP-003", "n1",
        f"Photograph n1 looks like 1 other photograph, most of all like h2 of housing (7 of 256 bits differ); {NOBODY}",
    ),
    (
        [{"image_id": "u1", "apn_raw": "5999999999"}],
        "PAR-002", "u1", "Photograph u1 is filed on parcel 5999-999-999, which is no parcel of record.",
    ),
    (
        [{"image_id": "p1", "apn_raw": B, "permit_number_raw": PERMIT}],
        "PAR-003", "p1",
        "Photograph p1 is filed on parcel 5000-000-002, but permit 16010-10000-00001 is for parcel 5000-000-001.",
    ),
    (
        [{"image_id": "z1", "apn_raw": A, "pin_raw": PIN}],
        "PAR-004", "z1",
        "Photograph z1 is filed on parcel 5000-000-001, but PIN '129B193    42' belongs to parcel 5000-000-004.",
    ),
    (
        [{"image_id": "q1", "permit_number_raw": "16010-10000-77777"}],
        "PAR-005", "q1", "Photograph q1 names permit 16010-10000-77777, which is not on record.",
    ),
    (
        [{"image_id": "m1", "apn_raw": "5000-1", "pin_raw": "129B"}],
        "IDN-001", "m1",
        "Photograph m1 gives a parcel number that cannot be read: '5000-1' and a PIN that fits several: '129B'.",
    ),
    (
        [{"image_id": "c1", "missing_values": 1}],
        "CMP-001", "c1", "Photograph c1 lacks 1 of 4 mandatory values: PHOTO_ROLE.",
    ),
    (
        [{"image_id": "v1", "invalid_values": 1, "captured_at": "yesterday"}],
        "VAL-001", "v1", "Photograph v1 has 1 value of the wrong format: CAPTURED_AT is 'yesterday'.",
    ),
    (
        [{"image_id": "f1", "status": "unreadable", "reason": "truncated"}],
        "FIL-001", "f1", "Photograph f1 cannot be read: truncated (images/f1.jpg).",
    ),
    (
        [{"image_id": "g1", "content": None, "declared_sha256": digest("g1")}],
        "FIL-002", "g1", "Photograph g1 has no file at images/g1.jpg: no such file.",
    ),
    (
        [{"image_id": "s1", "declared_sha256": digest("s2")}],
        "FIL-003", "s1",
        f"Photograph s1 has the SHA-256 {digest('s1')[:12]}..., but the manifest declares {digest('s2')[:12]}....",
    ),
    (
        [{
            "image_id": "o1", "content": None, "reason": "outside_root", "storage_uri": "../../etc/passwd",
            "declared_sha256": digest("o1"),
        }],
        "FIL-004", "o1",
        "Photograph o1 names the path ../../etc/passwd, which leads outside the department's folder; it was not read.",
    ),
    (
        [{"image_id": "t1", "batch_id": None, "source_system": " "}],
        "TRC-001", "t1", "Photograph t1 states no source system and batch id.",
    ),
]  # fmt: skip
CLEAN = [
    {"image_id": "ok1", "apn_raw": A, "permit_number_raw": PERMIT, "photo_role": "front"},
    {"image_id": "ok2", "apn_raw": D, "pin_raw": PIN, "photo_role": "front"},
]


def planted_contract() -> Contract:
    """A contract whose photo_role is mandatory and whose captured_at must be a date."""
    base = contract("ladbs", mandatory=("photo_role",))
    dated = make_format("date", {"format": "yyyy-MM-dd"})
    columns = tuple(
        Column(**{**vars(each), "format": dated, "on_break": "count"}) if each.name == "captured_at" else each
        for each in base.columns
    )
    return Contract(base.name, base.version, base.sha256, base.formats, columns)


def plant(pool: Pool) -> None:
    """The planted delivery, and what another department holds."""
    pool.identify("apn", "5000-1", "malformed")
    pool.identify("pin", "129B", "ambiguous")
    pool.match("n1", "h2", "undecided", distance=7)
    pool.delivery([{"image_id": "h1", "content": "held by housing"}, {"image_id": "h2"}], name="housing")
    roles = [{"photo_role": None if each["image_id"] == "c1" else "front", **each} for p in PLANTED for each in p[0]]
    pool.delivery(CLEAN + roles)


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
        "content": digest("d"), "kept": "d1", "copies": 2, "others": [{"apn": None, "image_id": "d1"}],
    }  # fmt: skip
    assert evidence["DUP-002"]["others"] == [{"apn": None, "department": "housing", "image_id": "h1"}]
    assert evidence["DUP-003"]["nearest"] == [
        {"apn": None, "department": "housing", "distance": 7, "image_id": "h2", "verdict": "undecided"}
    ]
    assert evidence["PAR-003"]["parcels_of_record"] == [A]
    assert evidence["PAR-004"]["parcels_of_record"] == [D]
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
        ]
    )
    pool.match("b", "a", "undecided")
    pool.delivery([{"image_id": "h", "content": "y", "apn_raw": C}], name="housing")
    pool.con.execute("update image_record set apn_raw = ? where image_id = '4'", [B])
    pool.con.execute("update image_record set permit_number_raw = ? where image_id = '3'", [PERMIT])
    pool.con.execute("update image_record set apn_raw = ?, permit_number_raw = ? where image_id = '4'", [B, SUPPLEMENT])
    judge(pool)
    assert {each for each in found(pool) if each[0] != "PAR-003"} == set()


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
    pool.period("2025-03-01", "unreadable", reason="it is no zip file")
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
            "The delivery for 2025-03-01 cannot be used, its manifest is unreadable: it is no zip file.",
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
        "VAL-001", "FIL-001", "FIL-003",
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
    for day, records in (("2025-02-01", CLEAN), ("2025-03-01", PLANTED[0][0] * 1), ("2024-12-01", [])):
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


def test_every_projection_has_the_columns_that_suites_may_judge(pool: Pool) -> None:
    pool.delivery(CLEAN)
    judge(pool)
    for suite, columns in COLUMNS.items():
        frame = pool.con.execute(
            query("findings", f"rule_{suite}"), {"department": "ladbs", "dates": [date(2025, 1, 1)]}
        ).df()
        assert tuple(frame.columns) == ("as_of", "row_no", *columns)


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
