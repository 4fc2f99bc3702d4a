"""Evidence about a parcel: what each source says on planted records, and what the rule makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution_kit import METRE, POINTS, RETIRED, at, attribution, deliver, detail, evidence, placed, point, retire
from dedup_assets.findings.attribution import attribute
from dedup_assets.findings.attribution.explain import explain, told
from dedup_assets.findings.attribution.place import vague_m
from dedup_assets.findings.attribution.rule import SOURCES, STANCES, TABLE, decide
from dedup_assets.findings.attribution.words import seen
from dedup_assets.findings.facts import build_facts
from findings_kit import PERMIT, PIN, SUPPLEMENT, A, B, C, D, build, found, judge
from findings_pool import Pool, contract, department, digest


@pytest.fixture
def pool() -> Pool:
    """The registry with points, and no deliveries."""
    return placed()


@pytest.mark.parametrize(
    ("metres", "stance", "fact"),
    [
        (0, "supports", "agrees"),
        (29, "supports", "agrees"),
        (31, "inconclusive", "inconclusive"),
        (119, "inconclusive", "inconclusive"),
        (121, "contradicts", "disagrees"),
        (900_000, "contradicts", "disagrees"),
    ],
)
def test_gps_is_consistent_up_to_30_m_and_contradicts_beyond_120(
    pool: Pool, metres: float, stance: str, fact: str
) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": D, "gps": at(D, north=-metres)}])
    build(pool)
    assert evidence(pool, "1")["gps"][0] == stance
    assert detail(pool, "1", "gps")["distance_m"] == pytest.approx(metres, rel=0.005, abs=0.1)
    assert pool.fact("1")["gps_agreement"] == fact


@pytest.mark.parametrize(
    ("metres", "error_m", "stance", "told"),
    [
        (20, 100, "supports", "20 m from the parcel."),
        (
            150, 40, "inconclusive",
            "150 m from the parcel: too far to agree, too near to disagree, and its receiver may be off by 40 m.",
        ),
        (170, 40, "contradicts", "169 m from the parcel, 169 m from the nearest parcel of record."),
        (20, 500, "inconclusive", "20 m from the parcel, but its receiver may be off by 500 m."),
        (900, 500, "inconclusive", "897 m from the parcel, but its receiver may be off by 500 m."),
    ],
)  # fmt: skip
def test_what_the_receiver_says_of_its_own_error_is_part_of_the_uncertainty(
    pool: Pool, metres: float, error_m: float, stance: str, told: str
) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": D, "gps": at(D, north=metres), "error_m": error_m}])
    build(pool)
    apn = D if stance == "supports" else None
    assert evidence(pool, "1")["gps"] == (stance, apn)
    assert seen("gps", stance, apn, detail(pool, "1", "gps")) == f"The camera stood {told}"


def test_gps_measures_to_the_nearest_of_a_parcels_points(pool: Pool) -> None:
    point(pool, D, *at(D, north=300))
    deliver(pool, [{"image_id": "1", "apn_raw": D, "gps": at(D, north=290)}])
    build(pool)
    assert evidence(pool, "1")["gps"] == ("supports", D)
    seen = detail(pool, "1", "gps")
    assert (seen["points"], round(seen["distance_m"]), round(seen["spread_m"])) == (2, 10, 289)


def test_gps_on_a_parcel_that_belongs_with_it_is_no_contradiction(pool: Pool) -> None:
    """B and C are one condominium, 400 m apart in this registry."""
    deliver(pool, [{"image_id": "1", "apn_raw": B, "gps": at(C)}])
    build(pool)
    assert evidence(pool, "1")["gps"] == ("supports", B)
    assert detail(pool, "1", "gps")["related_parcel"] == C


def test_gps_between_neighbours_names_none_of_them(pool: Pool) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": D, "gps": at(A, east=10)}])
    build(pool)
    assert evidence(pool, "1")["gps"] == ("contradicts", None)
    assert sorted(detail(pool, "1", "gps")["parcels_here"]) == [A, B]
    assert attribution(pool, "1") == ("contradicted", None, "A04")


@pytest.mark.parametrize(
    ("position", "why"),
    [((0.0, 0.0), "no_fix"), ((0.001, -0.002), "no_fix"), ((34.0, -118.0), "rounded"), ((34.04, -118.29), "rounded"),
     ((34 + 5 / 60, -118 - 20 / 60), "rounded")],
)  # fmt: skip
def test_positions_that_tell_no_parcel_are_inconclusive(pool: Pool, position: tuple[float, float], why: str) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": D, "gps": position}])
    build(pool)
    assert evidence(pool, "1")["gps"] == ("inconclusive", None)
    assert detail(pool, "1", "gps")["why"] == why


def test_a_position_on_a_grid_of_a_thousandth_is_as_uncertain_as_its_grid(pool: Pool) -> None:
    point(pool, D, 34.1, -118.3005)
    deliver(pool, [{"image_id": str(n), "apn_raw": D, "gps": (34.101 + n / 1000, -118.301)} for n in (0, 1)])
    build(pool)
    said = [(evidence(pool, str(n))["gps"][0], round(detail(pool, str(n), "gps")["distance_m"])) for n in (0, 1)]
    assert said == [("inconclusive", 120), ("contradicts", 227)]
    assert detail(pool, "1", "gps")["uncertainty_m"] == 72


@settings(max_examples=200)
@given(st.floats(33.7, 34.34), st.floats(-118.67, -118.15))
def test_only_positions_on_a_coarse_grid_are_vague(latitude: float, longitude: float) -> None:
    moved = (round(latitude, 5) + 0.0000123, round(longitude, 5) + 0.0000123)
    assert vague_m(*(np.array([each]) for each in moved)) == [0]
    coarse = (round(latitude, 2), round(longitude, 2))
    assert vague_m(*(np.array([each]) for each in coarse)) == [np.inf]


def test_permit_and_pin(pool: Pool) -> None:
    deliver(pool, [
        {"image_id": "own", "apn_raw": A, "permit_number_raw": PERMIT},
        {"image_id": "supplement", "apn_raw": A, "permit_number_raw": SUPPLEMENT},
        {"image_id": "other", "apn_raw": D, "permit_number_raw": PERMIT},
        {"image_id": "nobody", "apn_raw": A, "permit_number_raw": "16010-10000-55555"},
        {"image_id": "pin", "apn_raw": B, "pin_raw": PIN},
        {"image_id": "wrong pin", "apn_raw": A, "pin_raw": PIN},
    ])  # fmt: skip
    build(pool)
    said = {name: evidence(pool, name) for name in ("own", "supplement", "other", "nobody", "pin", "wrong pin")}
    assert said["own"]["permit_of_record"] == ("supports", A)
    assert said["supplement"]["permit_of_record"] == ("supports", A)
    assert said["other"]["permit_of_record"] == ("contradicts", A)
    assert said["nobody"]["permit_of_record"] == ("inconclusive", None)
    assert detail(pool, "nobody", "permit_of_record")["why"] == "permit_unknown"
    assert said["pin"]["pin_relation"] == ("supports", B)
    assert said["wrong pin"]["pin_relation"] == ("contradicts", C)
    assert attribution(pool, "other") == ("contradicted", A, "A10")
    assert attribution(pool, "nobody") == ("unverifiable", None, "A19")
    assert attribution(pool, "wrong pin") == ("contradicted", C, "A10")


def test_two_records_of_one_photograph(pool: Pool) -> None:
    deliver(pool, [
        {"image_id": "a", "apn_raw": A, "content": "x"},
        {"image_id": "d", "apn_raw": D, "content": "x"},
        {"image_id": "b", "apn_raw": B, "content": "y"},
        {"image_id": "c", "apn_raw": C, "content": "z"},
        {"image_id": "placed", "apn_raw": A, "content": "w", "gps": at(A)},
        {"image_id": "misplaced", "apn_raw": D, "content": "w"},
        {"image_id": "unread", "content": "y"},
    ])  # fmt: skip
    pool.match("y", "z", "same_image")
    build(pool)
    assert evidence(pool, "a")["same_photograph"] == ("contradicts", D)
    assert attribution(pool, "a") == ("contested", None, "A16")
    assert evidence(pool, "b")["same_photograph"] == ("supports", B)  # a unit of the same condominium
    assert evidence(pool, "unread")["same_photograph"] == ("inconclusive", None)
    assert attribution(pool, "placed") == ("attributed", A, "A15")
    assert attribution(pool, "misplaced") == ("contradicted", A, "A04")


def test_the_number_itself(pool: Pool) -> None:
    retire(pool, RETIRED, C)
    retire(pool, "5000000098", A, D)
    retire(pool, "5000000097", A, day="2025-06-01")
    pool.insert("parcel", apn="4004004004", source="parcels.csv", jurisdiction="other", jurisdiction_basis="stated")
    pool.identify("apn", "4004004004", "other_jurisdiction", canonical="4004004004")
    pool.con.execute("update identifier set canonical = raw, in_registry = true where status = 'other_jurisdiction'")
    pool.identify("apn", "5056-022-***", "unresolved")
    deliver(pool, [
        {"image_id": "stale", "apn_raw": RETIRED},
        {"image_id": "split", "apn_raw": "5000000098"},
        {"image_id": "split, placed", "apn_raw": "5000000098", "gps": at(D, north=9)},
        {"image_id": "not yet", "apn_raw": "5000000097"},
        {"image_id": "elsewhere", "apn_raw": "4004004004"},
        {"image_id": "unknown", "apn_raw": "5999999999"},
        {"image_id": "wild", "apn_raw": "5056-022-***", "permit_number_raw": PERMIT},
    ])  # fmt: skip
    build(pool)
    assert attribution(pool, "stale") == ("stale", C, "A13")
    assert attribution(pool, "split") == ("stale", None, "A13")
    assert attribution(pool, "split, placed") == ("stale", D, "A13")
    assert evidence(pool, "not yet")["lineage"][0] == "inconclusive"
    assert attribution(pool, "not yet")[0] == "unverifiable"
    assert attribution(pool, "elsewhere") == ("other_jurisdiction", "4004004004", "A14")
    assert attribution(pool, "unknown") == ("unknown_parcel", None, "A12")
    assert attribution(pool, "wild") == ("no_parcel", A, "A01")


def test_without_a_complete_roll_an_unknown_parcel_is_inconclusive(pool: Pool) -> None:
    pool.con.execute("delete from reference_file")
    deliver(pool, [{"image_id": "1", "apn_raw": "5999999999"}])
    build(pool)
    assert evidence(pool, "1")["registry"] == ("inconclusive", None)
    assert attribution(pool, "1")[0] == "unverifiable"


def test_a_department_that_names_no_parcels_has_no_evidence(pool: Pool) -> None:
    deliver(pool, [{"image_id": "1", "gps": at(A), "file_name": f"{A}.jpg"}])
    build_facts(pool.con, [department()], {"ladbs": contract(without=("apn_raw",))})
    assert pool.rows("from parcel_evidence") == pool.rows("from attribution") == []
    assert pool.fact("1")["gps_agreement"] == "not_applicable"


def test_every_pattern_is_decided_and_no_line_is_out_of_reach() -> None:
    """Each line decides for some pattern; the last one takes what is left."""
    used = set()
    standings = ("none", "known", "unknown", "stale", "other_jurisdiction", "not_checked")
    rng = np.random.default_rng(7)
    for _ in range(3_000):
        spoke = rng.choice(SOURCES, int(rng.integers(4)), replace=False)
        said = {str(source): STANCES[int(rng.integers(3))] for source in spoke}
        line, sources = decide({**said, "parcel": standings[int(rng.integers(6))]})
        used.add(line.id)
        assert set(sources) <= set(said)
        if line.status == "contradicted":
            assert "contradicts" in said.values()
            assert said.get("gps") != "supports"
    assert used == {line.id for line in TABLE}
    assert [line.id for line in TABLE] == [f"A{n:02d}" for n in range(1, len(TABLE) + 1)]


def test_gps_and_stale_numbers_are_findings_with_their_sentence(pool: Pool) -> None:
    retire(pool, RETIRED, C, D)
    deliver(pool, [
        {"image_id": "alone", "apn_raw": A, "gps": at(C, north=3)},
        {"image_id": "among", "apn_raw": D, "gps": at(A, east=9)},
        {"image_id": "far", "apn_raw": D, "gps": (48.2081743, 16.3738189)},
        {"image_id": "fine", "apn_raw": D, "gps": at(D)},
        {"image_id": "old", "apn_raw": RETIRED},
    ])  # fmt: skip
    outcomes = {each.rule_id: each for each in judge(pool)}
    said = dict(pool.rows("select subject, condition from finding where rule_id in ('PAR-006', 'PAR-007')"))
    assert {name: text.removeprefix(f"Photograph {name} is ") for name, text in said.items()} == {
        "alone": "filed on parcel 5000-000-001, but was taken 402 m from it, on parcel 5000-000-003.",
        "among": "filed on parcel 5000-000-004, but was taken 2.1 km from it, where 2 other parcels lie.",
        "far": "filed on parcel 5000-000-004, but was taken 9,842 km from it.",
        "old": (
            "filed on parcel 5000-000-099, which was retired on 2024-06-01; it became 5000-000-003 and 5000-000-004."
        ),
    }  # fmt: skip
    assert (outcomes["PAR-006"].evaluated, outcomes["PAR-006"].failing) == (4, 3)
    assert (outcomes["PAR-007"].evaluated, outcomes["PAR-007"].failing) == (5, 1)
    assert ("PAR-002", "old") not in found(pool)


@pytest.mark.parametrize("stripped", [False, True])
def test_of_copies_the_one_on_the_parcel_where_the_camera_stood_is_the_authoritative_one(
    pool: Pool, *, stripped: bool
) -> None:
    """Also where the copy on the wrong parcel has lost its GPS, and was the first to be uploaded."""
    deliver(pool, [
        {"image_id": "1", "apn_raw": D, "content": "lost" if stripped else "x", "uploaded_at": "2024-05-01"},
        {"image_id": "2", "apn_raw": C, "content": "x", "gps": at(C), "uploaded_at": "2024-05-09"},
    ])  # fmt: skip
    pool.match("lost", "x", "exact_pixels")
    judge(pool)
    assert {name: pool.fact(name)["redundant_in_department"] for name in "12"} == {"1": 1, "2": 0}
    told = pool.rows("select evidence ->> '$.kept_because' from finding where rule_id = 'DUP-001'")
    assert told == [("parcel_not_contradicted",)]


@pytest.mark.parametrize(
    "change",
    [
        (
            "update content set gps_latitude = gps_latitude + 0.01, algorithm_version = 'v2'; "
            "update image_file set algorithm_version = 'v2'"
        ),
        "update registry_point set latitude = latitude + 0.01",
        "update image_record set file_name = '5000000004.jpg'",
        "delete from reference_file",
    ],
)
def test_whatever_evidence_follows_from_makes_it_anew(pool: Pool, change: str) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": A, "gps": at(A)}, {"image_id": "2", "apn_raw": "5999999999"}])
    build(pool)
    before = pool.rows("from parcel_evidence order by all")
    assert build(pool).computed == 0
    pool.con.execute(change)
    assert build(pool).computed == 1
    assert pool.rows("from parcel_evidence order by all") != before


def test_a_superseded_delivery_loses_its_evidence(pool: Pool) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": A, "gps": at(A)}, {"image_id": "2", "apn_raw": D}])
    build(pool)
    pool.con.execute("update delivery set in_force = false")
    deliver(pool, [{"image_id": "2", "apn_raw": D}], version=2)
    build(pool)
    assert pool.rows("select image_id from attribution") == [("2",)]
    assert {row[0] for row in pool.rows("select row_no from parcel_evidence")} == {1}


@settings(max_examples=3, deadline=None)
@given(st.lists(st.sampled_from([*POINTS, RETIRED, "5999999999", None]), min_size=2, max_size=8), st.randoms())
def test_the_order_of_rows_in_the_tables_decides_nothing(apns: list[str | None], chance: Any) -> None:
    def told(order: list[int]) -> list[Any]:
        pool = placed()
        retire(pool, RETIRED, A, D)
        deliver(pool, [
            {"image_id": str(n), "apn_raw": apn, "content": "x" if n % 3 == 0 else str(n), "batch_row_no": str(n),
             "file_name": f"{list(POINTS)[n % 4]}.jpg", "permit_number_raw": PERMIT if n % 2 else None}
            for n, apn in enumerate(apns)
        ])  # fmt: skip
        for n in (0, 1, 2, 4):
            pool.insert("content", sha256=digest("x" if n == 0 else n), algorithm_version="v",
                        byte_size=1, status="ok", gps_latitude=POINTS[A][0] + n * 60 * METRE,
                        gps_longitude=POINTS[A][1])  # fmt: skip
        for table in ("image_record", "registry_point", "parcel_group", "parcel_successor", "image_file"):
            pool.con.execute(f"create temp table shuffled as from {table}")
            pool.con.execute(f"delete from {table}")
            pool.con.execute(f"insert into {table} from shuffled order by hash(shuffled, {order[0]})")
            pool.con.execute("drop table shuffled")
        build(pool)
        return [pool.rows("from parcel_evidence order by all"), pool.rows("from attribution order by all")]

    assert told([1]) == told([chance.randint(2, 99)])


def test_an_attribution_that_its_evidence_does_not_bear_out_is_noticed(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(pool, [{"image_id": "1", "apn_raw": A, "gps": at(A)}])
    contradicted = next(line for line in TABLE if line.status == "contradicted")
    monkeypatch.setattr(attribute, "decide", lambda _: (replace(contradicted, parcel="filed"), ()))
    with pytest.raises(AssertionError, match="the attribution of 1, delivery 2025-01-01 of ladbs, contradicts itself"):
        build(pool)
    assert pool.rows("from attribution") == pool.rows("from image_fact") == []
    monkeypatch.undo()
    build(pool)
    assert attribution(pool, "1")[0] == "attributed"


def test_delivery_by_delivery_equals_a_full_rebuild(pool: Pool) -> None:
    day, later = "2025-01-01", "2025-02-01"
    deliver(pool, [{"image_id": "1", "apn_raw": A, "content": "x", "gps": at(A)}], as_of=later)
    build(pool)
    deliver(pool, [{"image_id": "h", "apn_raw": D, "content": "x"}], as_of=day, name="housing")
    pool.delivery([{"image_id": "1", "apn_raw": B, "content": "x"}], day)
    build(pool, "ladbs")
    build(pool, "housing", "ladbs")
    grown = [pool.rows(f"from {table} order by all") for table in ("parcel_evidence", "attribution")]
    for table in ("fact_input", "image_fact", "parcel_evidence", "attribution"):
        pool.con.execute(f"delete from {table}")
    build(pool, "ladbs", "housing")
    assert [pool.rows(f"from {table} order by all") for table in ("parcel_evidence", "attribution")] == grown
    assert len(grown[1]) == 3


def test_a_tower_of_many_units_costs_its_points_and_names_the_first_of_them(pool: Pool) -> None:
    units = [str(7_000_000_000 + n) for n in range(300)]
    pool.parcels(*units)
    tower = (POINTS[D][0] + 500 * METRE, POINTS[D][1])
    for unit in units:
        point(pool, unit, *tower)
        pool.insert("parcel_group", apn=unit, group_kind="geometry", group_id="tower")
    deliver(pool, [{"image_id": "astray", "apn_raw": A, "gps": tower},
                   {"image_id": "unit", "apn_raw": units[299], "file_name": "x.jpg", "gps": at(D)}])  # fmt: skip
    build(pool)
    seen = detail(pool, "astray", "gps")
    assert (seen["parcels_here_in_all"], seen["parcels_here"]) == (300, units[:10])
    assert attribution(pool, "astray") == ("contradicted", None, "A04")
    assert attribution(pool, "unit") == ("contradicted", D, "A04")


def test_a_copy_that_lost_its_gps_is_judged_by_the_one_that_kept_it(pool: Pool) -> None:
    """As evidence, and not by the rule: its own bytes say nothing."""
    deliver(pool, [
        {"image_id": "original", "apn_raw": C, "gps": at(C)},
        {"image_id": "stripped", "apn_raw": D},
        {"image_id": "alike", "apn_raw": D},
    ])  # fmt: skip
    pool.match("original", "stripped", "exact_pixels")
    pool.match("original", "alike", "undecided")
    build(pool)
    assert evidence(pool, "stripped")["gps"] == ("contradicts", C)
    assert detail(pool, "stripped", "gps")["from_copy"] is True
    assert pool.fact("stripped")["gps_agreement"] == "no_gps"
    assert attribution(pool, "stripped") == ("contradicted", C, "A04")
    assert attribution(pool, "original") == ("attributed", C, "A15")
    assert "gps" not in evidence(pool, "alike")
    assert "By another copy of the photograph, the camera stood" in told(explain(pool.con, "stripped"))


def test_a_file_name_alone_does_not_stand_against_gps_and_another_record(pool: Pool) -> None:
    deliver(pool, [
        {"image_id": "original", "apn_raw": C, "content": "x", "gps": at(C)},
        {"image_id": "copy", "apn_raw": D, "content": "x", "file_name": f"{D}.jpg"},
        {"image_id": "named", "apn_raw": D, "file_name": f"{D}_2.jpg", "gps": at(C)},
    ])  # fmt: skip
    build(pool)
    assert attribution(pool, "copy") == ("contradicted", C, "A02")
    assert attribution(pool, "named") == ("contested", None, "A03")
