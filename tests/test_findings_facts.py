"""Facts: what each column says on planted records, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dedup_assets.findings import facts
from dedup_assets.findings.facts import FactError, FactReport, build_facts
from findings_kit import PERMIT, PIN, PLACED, SUPPLEMENT, A, B, C, D, build, facts_of, registered
from findings_pool import Pool, contract, department, digest


@pytest.fixture
def pool() -> Pool:
    """The registry, and no deliveries."""
    return registered()


def test_one_fact_per_record_with_its_own_columns(pool: Pool) -> None:
    pool.delivery([{"image_id": "1", "apn_raw": A, "permit_number_raw": PERMIT, "pin_raw": PIN}])
    report = build(pool)
    assert report == FactReport(deliveries=1, computed=1, forgotten=0, rows=1)
    assert pool.fact("1") == {
        "delivery_id": digest("ladbs", "2025-01-01", 1)[:16], "department": "ladbs", "as_of": date(2025, 1, 1),
        "row_no": 1, "image_id": "1", "sha256": digest("1"), "apn": A, "permit_number": PERMIT,
        "file_status": "ok", "checksum_status": "agrees", "copies_in_department": 1, "copies_elsewhere": 0,
        "redundant_in_department": 0, "redundant_elsewhere": 0, "legitimate_reuse": False, "unrelated_parcels": 0,
        "other_subjects": None, "near_candidates": 0, "parcel_status": "known", "permit_status": "known",
        "identifiers": 3, "malformed_identifiers": 0,
        "permit_agreement": "agrees", "pin_agreement": "disagrees", "gps_agreement": "no_gps", "missing_values": 0,
        "mandatory_values": 4, "invalid_values": 0, "typed_values": 3, "untraceable": 0, "duplicate_metadata": 0,
        "mismatch_reports": 0, "name_agreement": "no_name",
    }  # fmt: skip


# Every column about one record alone: what is planted, and what the fact must say.
SINGLE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"content": None}, {"file_status": "missing", "sha256": None, "checksum_status": "not_declared"}),
    ({"content": None, "declared_sha256": "ab"}, {"checksum_status": "not_computed"}),
    ({"content": None, "reason": "outside_root"}, {"file_status": "outside_root", "copies_in_department": 1}),
    ({"storage_uri": " ", "content": None}, {"file_status": "missing"}),
    ({"status": "unreadable", "reason": "truncated"}, {"file_status": "unreadable", "checksum_status": "agrees"}),
    ({"declared_sha256": "ab"}, {"checksum_status": "differs"}),
    ({"content": "c", "declared_sha256": digest("c").upper()}, {"checksum_status": "agrees", "untraceable": 0}),
    ({"declared_sha256": " "}, {"checksum_status": "not_declared", "untraceable": 1}),
    ({"source_system": None}, {"untraceable": 1}),
    ({"batch_id": " "}, {"untraceable": 1}),
    ({"apn_raw": "5999999999"}, {"parcel_status": "unknown", "apn": "5999999999", "identifiers": 1}),
    ({"apn_raw": "  "}, {"parcel_status": "missing", "apn": None, "identifiers": 0}),
    ({"apn_raw": "5000***"}, {"parcel_status": "unresolved", "malformed_identifiers": 0, "identifiers": 1}),
    ({"apn_raw": "5000-1"}, {"parcel_status": "malformed", "malformed_identifiers": 1}),
    ({"apn_raw": "50003016"}, {"parcel_status": "ambiguous", "malformed_identifiers": 1}),
    ({"permit_number_raw": "x"}, {"permit_status": "malformed", "permit_agreement": "inconclusive"}),
    ({"apn_raw": A, "permit_number_raw": PERMIT}, {"permit_agreement": "agrees"}),
    ({"apn_raw": B, "permit_number_raw": PERMIT}, {"permit_agreement": "disagrees"}),
    ({"apn_raw": "5999999999", "permit_number_raw": PERMIT}, {"permit_agreement": "disagrees"}),
    # The supplement's own parcel is unresolved: its family supports A, and nothing contradicts B.
    ({"apn_raw": A, "permit_number_raw": SUPPLEMENT}, {"permit_agreement": "agrees"}),
    ({"apn_raw": B, "permit_number_raw": SUPPLEMENT}, {"permit_agreement": "inconclusive"}),
    ({"apn_raw": A, "permit_number_raw": "16010-10000-77777"}, {"permit_agreement": "unknown_permit"}),
    ({"apn_raw": "5999999999", "permit_number_raw": "16010-10000-77777"}, {"permit_agreement": "unknown_permit"}),
    ({"permit_number_raw": PERMIT}, {"permit_agreement": "inconclusive", "permit_status": "known"}),
    ({"apn_raw": "5000***", "permit_number_raw": PERMIT}, {"permit_agreement": "inconclusive"}),
    # A venue outside the city has an APN and neither permit nor PIN.
    ({"apn_raw": A, "permit_number_raw": " "}, {"permit_agreement": "inconclusive", "permit_status": "missing"}),
    ({"apn_raw": A}, {"pin_agreement": "inconclusive"}),
    ({"apn_raw": C, "pin_raw": PIN}, {"pin_agreement": "agrees"}),
    ({"apn_raw": B, "pin_raw": PIN}, {"pin_agreement": "agrees"}),  # related to C
    ({"apn_raw": D, "pin_raw": PIN}, {"pin_agreement": "disagrees"}),
    ({"apn_raw": D, "pin_raw": "129B193    99"}, {"pin_agreement": "unknown_pin"}),
    ({"missing_values": 2, "invalid_values": 1}, {"missing_values": 2, "invalid_values": 1}),
]


@pytest.fixture(scope="module")
def single() -> Pool:
    """All the planted records in one delivery: none shares a photograph with another."""
    pool = registered()
    pool.identify("apn", "5000***", "unresolved")
    pool.identify("apn", "5000-1", "malformed")
    pool.identify("apn", "50003016", "ambiguous")
    pool.identify("permit", "x", "malformed")
    pool.delivery([{"image_id": f"i{n}", **planted} for n, (planted, _) in enumerate(SINGLE)])
    build(pool)
    return pool


@pytest.mark.parametrize("number", range(len(SINGLE)))
def test_what_a_fact_says_of_one_record(single: Pool, number: int) -> None:
    expected = SINGLE[number][1]
    fact = single.fact(f"i{number}")
    assert {name: fact[name] for name in expected} == expected


def test_an_empty_registry_leaves_identifiers_unchecked() -> None:
    pool = Pool()
    pool.delivery([{"image_id": "i", "apn_raw": A, "permit_number_raw": PERMIT, "pin_raw": PIN}])
    build(pool)
    fact = pool.fact("i")
    assert [fact["parcel_status"], fact["permit_status"]] == ["not_checked", "not_checked"]
    assert [fact["permit_agreement"], fact["pin_agreement"]] == ["inconclusive", "inconclusive"]
    pool.con.execute("delete from identifier")  # a pool that was given no registry room at all
    build(pool)
    assert pool.fact("i")["parcel_status"] == "not_checked"
    assert pool.fact("i")["malformed_identifiers"] == 0


def test_a_column_that_the_contract_does_not_map_is_not_applicable(pool: Pool) -> None:
    pool.delivery([{"image_id": "i"}])
    without = contract(without=("apn_raw", "pin_raw", "permit_number_raw"))
    build_facts(pool.con, [department()], {"ladbs": without})
    fact = pool.fact("i")
    assert {fact[name] for name in ("parcel_status", "permit_status", "permit_agreement", "pin_agreement")} == {
        "not_applicable"
    }
    assert fact["identifiers"] == 0


def test_metadata_only_records_share_a_recording_or_a_checksum() -> None:
    pool = Pool()
    same = {"device_serial": "X1", "captured_at": "2024-01-01T10:00:00", "duration_seconds": "30"}
    pool.delivery(
        [
            {"image_id": "1", **same, "declared_sha256": "a"},
            {"image_id": "2", **same, "duration_seconds": "30.0", "declared_sha256": "a"},  # both: counted once
            {"image_id": "3", **same, "captured_at": "2024-01-01 10:00:00", "declared_sha256": "b"},
            {"image_id": "4", **same, "duration_seconds": "31", "declared_sha256": "B "},
            {"image_id": "5", **same, "duration_seconds": None, "declared_sha256": None},
            {"image_id": "6", **same, "duration_seconds": None, "declared_sha256": None},
        ],
        images=False,
    )
    build(pool, has_images=False)
    assert [pool.fact(str(n))["duplicate_metadata"] for n in range(1, 7)] == [2, 2, 3, 1, 0, 0]
    assert {pool.fact(str(n))["file_status"] for n in range(1, 7)} == {"not_applicable"}


def test_elsewhere_is_what_was_in_force_at_that_date(pool: Pool) -> None:
    pool.delivery([{"image_id": "1", "content": "x", **PLACED}], "2025-01-01")
    pool.delivery([{"image_id": "1", "content": "x", **PLACED}], "2025-02-01")
    pool.delivery([{"image_id": "h", "content": "x", **PLACED}], "2025-02-01", "housing")
    pool.delivery([{"image_id": "h", "content": "z", **PLACED}], "2025-03-01", "housing")
    pool.delivery([{"image_id": "p", "content": "x", **PLACED}], "2025-02-01", "planning", in_force=False)
    pool.delivery([{"image_id": "1", "content": "x", **PLACED}], "2025-03-01")
    build(pool)
    assert [pool.fact("1", f"2025-0{month}-01")["copies_elsewhere"] for month in (1, 2, 3)] == [0, 1, 0]


def test_delivery_facts_stand_for_every_date(pool: Pool) -> None:
    pool.delivery([{"image_id": "1"}], rejected=2)
    pool.period("2025-02-01", "unreadable")
    pool.period("2025-03-01", "not_due")
    build(pool)
    assert pool.rows("select as_of::text, delivery_status, rows_in, rows_rejected from delivery_fact order by 1") == [
        ("2025-01-01", "read", 3, 2),
        ("2025-02-01", "unreadable", 0, 0),
        ("2025-03-01", "not_due", 0, 0),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("delete from image_file", "1 records whose file was never looked at and 0"),
        ("delete from identifier where kind = 'apn'", "0 records whose file was never looked at and 1"),
    ],
)
def test_records_that_an_earlier_room_has_not_seen_are_refused(pool: Pool, change: str, says: str) -> None:
    pool.delivery([{"image_id": "1", **PLACED}])
    pool.con.execute(change)
    with pytest.raises(FactError, match=says):
        build(pool)
    assert pool.rows("select count(*) from image_fact") == [(0,)]


def test_a_department_without_contract_is_refused(pool: Pool) -> None:
    with pytest.raises(FactError, match="fire has no contract"):
        build(pool, "fire")


def test_a_lost_record_is_noticed(pool: Pool) -> None:
    delivery_id = pool.delivery([{"image_id": "1"}, {"image_id": "2"}])
    pool.con.execute("delete from image_record where delivery_id = ? and row_no = 2", [delivery_id])
    with pytest.raises(AssertionError, match="2 records accepted, 1 facts"):
        build(pool)
    assert pool.rows("select count(*) from image_fact") == [(0,)]


@pytest.mark.parametrize(
    ("honest", "broken"),
    [
        ("coalesce(copies.in_department, 1) as", "1 as"),
        ("coalesce(redundant.redundant_elsewhere, 0) as", "2 as"),
        ("coalesce(reuse.legitimate and copies.subjects <= 1, false) as", "true as"),
        ("own.mandatory_values,", "-1 as mandatory_values,"),
    ],
)
def test_a_broken_fact_is_noticed_and_not_kept(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, honest: str, broken: str
) -> None:
    sound = facts.query

    def spoiled(room: str, name: str) -> str:
        text = sound(room, name)
        assert name != "image_fact" or honest in text
        return text.replace(honest, broken) if name == "image_fact" else text

    pool.delivery([{"image_id": "1", "content": "x", **PLACED}, {"image_id": "2", "content": "x", **PLACED}])
    monkeypatch.setattr(facts, "query", spoiled)
    with pytest.raises(AssertionError, match="delivery 2025-01-01 of ladbs, contradict one another"):
        build(pool)
    assert facts_of(pool) == []
