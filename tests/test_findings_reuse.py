"""Photographs held more than once: which copy is one too many, and which reuse is legitimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from findings_kit import OTHER, PERMIT, PLACED, SUPPLEMENT, A, B, C, D, build, registered
from findings_pool import digest

if TYPE_CHECKING:
    from findings_pool import Pool


@pytest.fixture
def pool() -> Pool:
    """The registry, and no deliveries."""
    return registered()


# Two records of one photograph, of one department or two, and what becomes of the second.
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


def test_a_copy_whose_parcel_is_contradicted_is_never_the_authoritative_one_and_of_two_sizes_the_largest_is(
    pool: Pool,
) -> None:
    pool.match("small", "large", "same_image")
    pool.delivery(
        [
            {"image_id": "1", "content": "x", "apn_raw": D, "permit_number_raw": PERMIT, "captured_at": "2024-05-01"},
            {"image_id": "2", "content": "x", "captured_at": "2024-05-09", **PLACED},
            {"image_id": "3", "content": "small", "captured_at": "2024-05-01", **PLACED},
            {"image_id": "4", "content": "large", "captured_at": "2024-05-01", **PLACED},
        ]
    )
    for content, width in (("small", 320), ("large", 640), ("x", 500)):
        pool.insert(
            "content",
            sha256=digest(content),
            algorithm_version="test",
            byte_size=9,
            status="ok",
            width=width,
            height=100,
        )
    pool.con.execute("update image_file set algorithm_version = 'test'")
    build(pool)
    kept = pool.rows("select image_id from image_fact where redundant_in_department = 0 order by image_id")
    assert kept == [("2",), ("4",)]


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


def test_one_photograph_of_two_bookings_is_no_duplicate_but_a_possible_misidentification(pool: Pool) -> None:
    """Copies are counted booking by booking; what two bookings share is for human eyes, whatever its bytes."""
    pool.delivery(
        [
            {"image_id": "1", "content": "face", "subject_ref": "7310001"},
            {"image_id": "2", "content": "face", "subject_ref": " 7310 001"},
            {"image_id": "other", "content": "face", "subject_ref": "7310002"},
            {"image_id": "alike", "content": "same face", "subject_ref": "7310003"},
            {"image_id": "unnamed", "content": "face"},
            {"image_id": "alone", "content": "another face", "subject_ref": "7310004"},
        ]
    )
    pool.match("face", "same face", "same_image")
    build(pool)
    told = {each: pool.fact(each) for each in ("1", "2", "other", "alike", "unnamed", "alone")}
    assert {name: fact["other_subjects"] for name, fact in told.items()} == {
        "1": 2, "2": 2, "other": 2, "alike": 2, "unnamed": None, "alone": 0,
    }  # fmt: skip
    assert [name for name, fact in told.items() if fact["redundant_in_department"]] == ["2"]
    assert not any(fact["legitimate_reuse"] for fact in told.values())


def test_unrelated_parcels_leave_out_the_related_and_the_unknown(pool: Pool) -> None:
    pool.delivery([{"image_id": str(n), "content": "x", "apn_raw": apn} for n, apn in enumerate([A, B, C, None, A])])
    pool.delivery([{"image_id": "h", "content": "x", "apn_raw": D}], name="housing")
    build(pool, "ladbs", "housing")
    assert [pool.fact(str(n))["unrelated_parcels"] for n in range(5)] == [3, 2, 2, 0, 3]
    assert pool.fact("h", name="housing")["unrelated_parcels"] == 3


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


def matched() -> Pool:
    """The registry; contents x and y are the same photograph, and z looks like x and like w."""
    pool = registered()
    pool.match("x", "y", "same_image")
    pool.match("x", "z", "undecided")
    pool.match("w", "z", "same_image_local_change")
    return pool


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

    def age(each: dict[str, Any]) -> tuple[bool, str, str]:
        parcel = {PERMIT: A, OTHER: D}.get(each["permit_number_raw"])  # the supplement has none of its own
        contradicted = None not in (parcel, each["apn_raw"]) and each["apn_raw"] != parcel
        return contradicted, each["captured_at"] or "9999", each["image_id"]

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


@settings(max_examples=6, deadline=None)
@given(scenes=st.lists(st.tuples(RECORDS, RECORDS), min_size=5, max_size=5))
def test_facts_are_those_of_comparing_every_record_with_every_other(
    scenes: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]],
) -> None:
    """Five scenes an example, each at a date of its own, on which both departments deliver."""
    pool = matched()
    for day, (own, others) in enumerate(scenes, start=1):
        pool.delivery(numbered(own, "l"), f"2025-01-0{day}")
        pool.delivery(numbered(others, "h"), f"2025-01-0{day}", "housing")
    build(pool)
    for day, (own, others) in enumerate(scenes, start=1):
        known = expected(numbered(own, "l"), numbered(others, "h"))
        for image_id, facts_expected in known.items():
            fact = pool.fact(image_id, f"2025-01-0{day}")
            assert {name: fact[name] for name in facts_expected} == facts_expected, (day, image_id)
