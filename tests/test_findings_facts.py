"""Facts: what each column says on planted records, and that computing some deliveries equals computing all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from findings_pool import Pool, contract, department, digest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.findings import facts
from dedup_assets.findings.facts import FactError, FactReport, build_facts

A, B, C, D = "5000000001", "5000000002", "5000000003", "5000000004"
PERMIT, SUPPLEMENT, OTHER = "16010-10000-00001", "16010-20001-00001", "16014-10000-00009"
PIN = "129B193    42"
NAMES = ("ladbs", "housing", "planning")


def registered() -> Pool:
    """Four parcels, of which B and C share a shape; a permit on A with its supplement; contents x and y are the same
    photograph, and z looks like x and like w."""
    pool = Pool()
    pool.parcels(A, B, C, D)
    pool.permit(PERMIT, A)
    pool.permit(SUPPLEMENT, None)
    pool.permit(OTHER, D)
    pool.group("geometry", "condominium", B, C)
    pool.insert("parcel_pin", pin=PIN, apn=C, source="pins.csv")
    pool.match("x", "y", "same_image")
    pool.match("x", "z", "undecided")
    pool.match("w", "z", "same_image_local_change")
    return pool


@pytest.fixture
def pool() -> Pool:
    """The registry, and no matches."""
    pool = registered()
    pool.con.execute("delete from match")
    return pool


def build(pool: Pool, *names: str, **traits: Any) -> FactReport:
    """Facts of some departments, all under a contract that maps every column."""
    departments = [department(name, **traits) for name in names or ("ladbs",)]
    return build_facts(pool.con, departments, {name: contract(name) for name in NAMES})


def facts_of(pool: Pool) -> list[tuple[Any, ...]]:
    """Every fact, in order."""
    return pool.rows("select * from image_fact order by department, as_of, row_no")


def test_one_fact_per_record_with_its_own_columns(pool: Pool) -> None:
    pool.delivery([{"image_id": "1", "apn_raw": A, "permit_number_raw": PERMIT, "pin_raw": PIN}])
    report = build(pool)
    assert report == FactReport(deliveries=1, computed=1, forgotten=0, rows=1)
    assert pool.fact("1") == {
        "delivery_id": digest("ladbs", "2025-01-01", 1)[:16], "department": "ladbs", "as_of": date(2025, 1, 1),
        "row_no": 1, "image_id": "1", "sha256": digest("1"), "apn": A, "permit_number": PERMIT,
        "file_status": "ok", "checksum_status": "agrees", "copies_in_department": 1, "copies_elsewhere": 0,
        "redundant_in_department": 0, "redundant_elsewhere": 0, "legitimate_reuse": False, "unrelated_parcels": 0,
        "near_candidates": 0, "parcel_status": "known", "permit_status": "known", "identifiers": 3,
        "malformed_identifiers": 0, "permit_agreement": "agrees", "pin_agreement": "disagrees", "missing_values": 0,
        "mandatory_values": 4, "invalid_values": 0, "typed_values": 3, "untraceable": 0, "duplicate_metadata": 0,
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


# Two records of one photograph, of one department or two, and what becomes of the second.
PLACED = {"apn_raw": A, "permit_number_raw": PERMIT}
REUSE: list[tuple[dict[str, Any], dict[str, Any], int]] = [
    (PLACED, PLACED, 1),  # one case twice
    (PLACED, {"apn_raw": A, "permit_number_raw": SUPPLEMENT}, 0),  # original and supplement
    ({"permit_number_raw": PERMIT}, {"permit_number_raw": SUPPLEMENT}, 0),  # the same, parcels not given
    (PLACED, {"apn_raw": D, "permit_number_raw": SUPPLEMENT}, 1),  # a supplement on a stranger's parcel
    (PLACED, {"apn_raw": A, "permit_number_raw": OTHER}, 1),  # one parcel, two permits that are no family
    ({"apn_raw": B}, {"apn_raw": C}, 0),  # units of one condominium
    ({"apn_raw": B, "permit_number_raw": PERMIT}, {"apn_raw": C, "permit_number_raw": PERMIT}, 0),  # one project's lots
    ({"apn_raw": A}, {"apn_raw": D}, 1),  # unrelated parcels
    ({}, {}, 1),  # nothing known of either
    ({"apn_raw": A}, {}, 1),
]


@pytest.fixture(scope="module")
def within() -> Pool:
    """Every pair of REUSE in one department, each pair with a photograph of its own."""
    pool = registered()
    pool.delivery(
        [
            {"image_id": f"{n}{which}", "content": f"c{n}", **placed}
            for n, (first, second, _) in enumerate(REUSE)
            for which, placed in (("a", first), ("b", second))
        ]
    )
    build(pool)
    return pool


@pytest.fixture(scope="module")
def across() -> Pool:
    """The same, each pair held by two departments."""
    pool = registered()
    pool.delivery([{"image_id": f"{n}a", "content": f"c{n}", **first} for n, (first, _, _) in enumerate(REUSE)])
    pool.delivery(
        [{"image_id": f"{n}b", "content": f"c{n}", **second} for n, (_, second, _) in enumerate(REUSE)], name="housing"
    )
    build(pool, "ladbs", "housing")
    return pool


@pytest.mark.parametrize("number", range(len(REUSE)))
def test_reuse_within_a_department(within: Pool, number: int) -> None:
    redundant = REUSE[number][2]
    one, two = within.fact(f"{number}a"), within.fact(f"{number}b")
    assert [one["redundant_in_department"], two["redundant_in_department"]] == [0, redundant]
    assert [one["copies_in_department"], two["copies_in_department"]] == [2, 2]
    assert [one["legitimate_reuse"], two["legitimate_reuse"]] == [not redundant] * 2


@pytest.mark.parametrize("number", range(len(REUSE)))
def test_reuse_across_departments(across: Pool, number: int) -> None:
    redundant = REUSE[number][2]
    one, two = across.fact(f"{number}a"), across.fact(f"{number}b", name="housing")
    assert [one["redundant_elsewhere"], two["redundant_elsewhere"]] == [redundant] * 2
    assert [one["redundant_in_department"], two["redundant_in_department"]] == [0, 0]
    assert [one["copies_elsewhere"], two["copies_in_department"]] == [1, 1]
    assert [one["legitimate_reuse"], two["legitimate_reuse"]] == [not redundant] * 2


def test_before_and_after_of_one_place_may_be_or_look_alike(pool: Pool) -> None:
    pair = [
        {"image_id": "1", "photo_role": "Before", "apn_raw": A},
        {"image_id": "2", "photo_role": "after", "apn_raw": A, "replaces_image_id": "1"},
    ]
    pool.delivery([{**each, "content": "x"} for each in pair])
    pool.delivery([{**each, "content": word} for each, word in zip(pair, "yz", strict=True)], "2025-02-01")
    pool.delivery(
        [{**each, "content": word} for each, word in zip(pair, "yz", strict=True)]
        + [{"image_id": "3", "content": "z", "apn_raw": A}],
        "2025-03-01",
    )
    pool.match("y", "z", "same_image_local_change")
    build(pool)
    assert [pool.fact(each)["redundant_in_department"] for each in "12"] == [0, 0]
    assert [pool.fact(each, "2025-02-01")["near_candidates"] for each in "12"] == [0, 0]
    # A third record of the after picture is no part of the pair: the before picture looks like it.
    assert [pool.fact(each, "2025-03-01")["near_candidates"] for each in "123"] == [1, 0, 1]


def test_before_and_after_of_different_places_is_no_pair(pool: Pool) -> None:
    pool.delivery(
        [
            {"image_id": "1", "content": "x", "photo_role": "before", "apn_raw": A},
            {"image_id": "2", "content": "x", "photo_role": "after", "apn_raw": D, "replaces_image_id": "1"},
        ]
    )
    build(pool)
    assert pool.fact("2")["redundant_in_department"] == 1


# When two copies (taken, uploaded) were taken and uploaded, by image id, and which of them is the authoritative one.
TIMES: list[tuple[dict[str, tuple[str | None, str | None]], str]] = [
    ({"1": ("2024-05-02T00:00:00", None), "2": ("2024-05-01T23:00:00", None)}, "2"),
    ({"1": (None, None), "2": ("2024-05-01", None)}, "2"),  # what is not known comes last
    ({"1": ("2024-05-01", "2024-06-02"), "2": ("2024-05-01", "2024-06-01")}, "2"),
    ({"2": ("2024-05-01", None), "1": ("2024-05-01", None)}, "1"),  # then the image id
    ({"1": ("05/02/2024", None), "2": ("2024:05:01 10:00:00", None)}, "2"),
    ({"1": ("2024-05-01T12:00:00Z", None), "2": ("2024-05-01T04:59:00-07:00", None)}, "2"),
    # Without an offset it is Pacific wall clock: 05:00 there is 12:00 UTC, in winter 13:00.
    ({"1": ("2024-05-01T12:01:00Z", None), "2": ("2024-05-01T05:00:00", None)}, "2"),
    ({"1": ("2024-05-01T11:59:00Z", None), "2": ("2024-05-01T05:00:00", None)}, "1"),
    ({"1": ("2024-01-01T12:59:00Z", None), "2": ("2024-01-01T05:00:00", None)}, "1"),
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_authoritative_copy_is_the_earliest_whatever_the_session(pool: Pool, zone: str) -> None:
    pool.con.execute(f"set TimeZone = '{zone}'")
    pool.delivery(
        [
            {"image_id": f"{n}-{name}", "content": f"c{n}", "captured_at": taken, "uploaded_at": uploaded, **PLACED}
            for n, (times, _) in enumerate(TIMES)
            for name, (taken, uploaded) in times.items()
        ]
    )
    build(pool)
    kept = pool.rows("select image_id from image_fact where redundant_in_department = 0 order by image_id")
    assert [image_id for (image_id,) in kept] == [f"{n}-{name}" for n, (_, name) in enumerate(TIMES)]


# What a verdict makes of two contents on unrelated parcels: redundant, unrelated parcels, near candidates.
VERDICTS = {
    "exact_pixels": (1, 1, 0),
    "same_image": (1, 1, 0),
    "same_image_local_change": (0, 0, 1),
    "undecided": (0, 0, 1),
    "same_template_or_scene": (0, 0, 0),
    "low_information": (0, 0, 0),
}


def test_what_a_verdict_makes_of_two_contents(pool: Pool) -> None:
    for verdict in VERDICTS:
        pool.match(f"{verdict}1", f"{verdict}2", verdict)
        pool.match(f"{verdict}1", "nobody holds this", verdict)
    pool.delivery(
        [{"image_id": f"{verdict}{n}", "apn_raw": apn} for verdict in VERDICTS for n, apn in ((1, A), (2, D))]
    )
    build(pool)
    for verdict, (redundant, unrelated, near) in VERDICTS.items():
        one, two = pool.fact(f"{verdict}1"), pool.fact(f"{verdict}2")
        assert [one["redundant_in_department"], two["redundant_in_department"]] == [0, redundant], verdict
        assert [one["unrelated_parcels"], two["unrelated_parcels"]] == [unrelated] * 2, verdict
        assert [one["near_candidates"], two["near_candidates"]] == [near] * 2, verdict
        assert [one["copies_in_department"], two["copies_in_department"]] == [1, 1], verdict


def test_unrelated_parcels_leave_out_the_related_and_the_unknown(pool: Pool) -> None:
    pool.delivery([{"image_id": str(n), "content": "x", "apn_raw": apn} for n, apn in enumerate([A, B, C, None, A])])
    pool.delivery([{"image_id": "h", "content": "x", "apn_raw": D}], name="housing")
    build(pool, "ladbs", "housing")
    assert [pool.fact(str(n))["unrelated_parcels"] for n in range(5)] == [3, 2, 2, 0, 3]
    assert pool.fact("h", name="housing")["unrelated_parcels"] == 3


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
        ("coalesce(reuse.legitimate, false) as", "true as"),
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


RECORD = st.fixed_dictionaries(
    {
        "content": st.sampled_from(["x", "x", "y", "z", "w"]),
        "apn_raw": st.sampled_from([A, B, C, D, None]),
        "permit_number_raw": st.sampled_from([PERMIT, SUPPLEMENT, OTHER, None]),
        "captured_at": st.sampled_from(["2024-01-01", "2024-01-02", None]),
    }
)
RECORDS = st.lists(RECORD, max_size=5)
RELATED = {(B, C), (C, B)}
SAME = {("x", "y"), ("y", "x")}
NEAR = {("x", "z"), ("z", "x"), ("w", "z"), ("z", "w")}


def numbered(records: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Records with image ids."""
    return [{**record, "image_id": f"{prefix}{n}"} for n, record in enumerate(records)]


def is_reuse(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Legitimate reuse, in the words of the module, for two records of one photograph."""
    here, there = one["apn_raw"], two["apn_raw"]
    permits = {one["permit_number_raw"], two["permit_number_raw"]}
    familiar = here is None or there is None or here == there
    return (here, there) in RELATED or (familiar and permits == {PERMIT, SUPPLEMENT})


def alike(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether two records hold the same photograph."""
    return one["content"] == two["content"] or (one["content"], two["content"]) in SAME


def compared(record: dict[str, Any], own: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, Any]:
    """The facts of one record by comparing it with every other: slow, and plain to see."""

    def age(each: dict[str, Any]) -> tuple[str, str]:
        return each["captured_at"] or "9999", each["image_id"]

    here, there = [each for each in own if alike(each, record)], [each for each in others if alike(each, record)]
    first = min(here, key=age)
    case = (record["apn_raw"], record["permit_number_raw"])
    older = any(age(each) < age(record) for each in here if (each["apn_raw"], each["permit_number_raw"]) == case)
    parcels = {each["apn_raw"] for each in here + there} - {None, record["apn_raw"]} if record["apn_raw"] else set()
    return {
        "copies_in_department": sum(each["content"] == record["content"] for each in own),
        "copies_elsewhere": sum(each["content"] == record["content"] for each in others),
        "redundant_in_department": int(record is not first and (older or not is_reuse(record, first))),
        "redundant_elsewhere": int(any(not is_reuse(record, each) for each in there)),
        "unrelated_parcels": sum((record["apn_raw"], apn) not in RELATED for apn in parcels),
        "near_candidates": len(
            {each["content"] for each in own + others if (record["content"], each["content"]) in NEAR}
        ),
    }


def expected(own: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The facts of every own record, by image id."""
    known = {each["image_id"]: compared(each, own, others) for each in own}
    for each in own:
        here = [known[other["image_id"]] for other in own if alike(each, other)]
        held = len(here) + sum(alike(each, other) for other in others)
        innocent = not any(fact["redundant_in_department"] or fact["redundant_elsewhere"] for fact in here)
        known[each["image_id"]]["legitimate_reuse"] = held > 1 and innocent
    return known


@settings(max_examples=8, deadline=None)
@given(scenes=st.lists(st.tuples(RECORDS, RECORDS), min_size=5, max_size=5))
def test_facts_are_those_of_comparing_every_record_with_every_other(
    scenes: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]],
) -> None:
    """Five scenes an example, each at a date of its own, on which both departments deliver."""
    pool = registered()
    for day, (own, others) in enumerate(scenes, start=1):
        pool.delivery(numbered(own, "l"), f"2025-01-0{day}")
        pool.delivery(numbered(others, "h"), f"2025-01-0{day}", "housing")
    build(pool)
    for day, (own, others) in enumerate(scenes, start=1):
        known = expected(numbered(own, "l"), numbered(others, "h"))
        for image_id, facts_expected in known.items():
            fact = pool.fact(image_id, f"2025-01-0{day}")
            assert {name: fact[name] for name in facts_expected} == facts_expected, (day, image_id)


@settings(max_examples=6, deadline=None)
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
    pool = registered()
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
