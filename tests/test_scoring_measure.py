"""What the seven measures count, on facts whose numbers are known beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from dedup_assets.scoring.measure import DIMENSIONS, applicable, measure
from scoring_tables import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    METADATA_ONLY,
    NO_FILE,
    contract,
    deliver,
    department,
    measures,
    pool,
)


def measured(*facts: dict[str, Any], rejected: int = 0) -> dict[str, tuple[int, int, int]]:
    con = pool()
    deliver(con, JANUARY, list(facts), rejected=rejected)
    return measures(measure(con, [department()], {"alpha": contract()}), JANUARY)


def test_a_delivery_without_fault_is_wholly_measured() -> None:
    found = measured({}, {}, {})
    assert found == {
        "parcel_accuracy": (0, 3, 3),
        "uniqueness": (0, 3, 3),
        "referential_consistency": (0, 3, 3),
        "completeness": (0, 15, 15),
        "traceability": (0, 3, 3),
        "validity": (0, 15, 15),
        "timeliness": (0, 1, 1),
    }


@pytest.mark.parametrize(
    ("fact", "dimension", "expected"),
    [
        ({"permit_agreement": "disagrees"}, "parcel_accuracy", (1, 2, 2)),
        ({"pin_agreement": "disagrees"}, "parcel_accuracy", (1, 2, 2)),
        ({"unrelated_parcels": 2, "permit_agreement": "inconclusive"}, "parcel_accuracy", (1, 2, 2)),
        ({"gps_agreement": "disagrees"}, "parcel_accuracy", (1, 2, 2)),
        ({"gps_agreement": "agrees", "permit_agreement": "inconclusive"}, "parcel_accuracy", (0, 2, 2)),
        ({"gps_agreement": "inconclusive", "permit_agreement": "inconclusive"}, "parcel_accuracy", (0, 1, 2)),
        ({"name_agreement": "disagrees"}, "parcel_accuracy", (1, 2, 2)),
        ({"name_agreement": "agrees", "permit_agreement": "inconclusive"}, "parcel_accuracy", (0, 2, 2)),
        ({"name_agreement": "no_name", "permit_agreement": "inconclusive"}, "parcel_accuracy", (0, 1, 2)),
        ({"permit_agreement": "inconclusive"}, "parcel_accuracy", (0, 1, 2)),
        ({"permit_agreement": "inconclusive", "pin_agreement": "agrees"}, "parcel_accuracy", (0, 2, 2)),
        ({"permit_agreement": "unknown_permit"}, "parcel_accuracy", (0, 1, 2)),
        ({"redundant_in_department": 1, "redundant_elsewhere": 1}, "uniqueness", (1, 2, 2)),
        ({"redundant_elsewhere": 1}, "uniqueness", (1, 2, 2)),
        ({"near_candidates": 1}, "uniqueness", (0, 1, 2)),
        ({"near_candidates": 1, "redundant_in_department": 1}, "uniqueness", (1, 2, 2)),
        (NO_FILE, "uniqueness", (0, 1, 2)),
        ({"file_status": "unreadable"}, "uniqueness", (0, 1, 2)),
        ({"file_status": "unreadable", "redundant_in_department": 1}, "uniqueness", (1, 2, 2)),
        ({"permit_agreement": "unknown_permit", "permit_status": "unknown"}, "referential_consistency", (1, 2, 2)),
        ({"pin_agreement": "unknown_pin"}, "referential_consistency", (1, 2, 2)),
        ({"parcel_status": "unknown", "permit_agreement": "inconclusive"}, "referential_consistency", (1, 2, 2)),
        (
            {"parcel_status": "unresolved", "permit_status": "missing", "permit_agreement": "inconclusive"},
            "referential_consistency",
            (0, 1, 2),
        ),
        (
            {"parcel_status": "not_checked", "permit_status": "not_checked", "permit_agreement": "inconclusive"},
            "referential_consistency",
            (0, 1, 2),
        ),
        ({"missing_values": 2}, "completeness", (2, 10, 10)),
        (NO_FILE, "completeness", (1, 10, 10)),
        ({"file_status": "unreadable"}, "completeness", (1, 10, 10)),
        ({"file_status": "outside_root", "sha256": None}, "completeness", (1, 10, 10)),
        ({"untraceable": 1, "checksum_status": "differs"}, "traceability", (1, 2, 2)),
        ({"checksum_status": "differs"}, "traceability", (1, 2, 2)),
        ({"invalid_values": 1, "malformed_identifiers": 2}, "validity", (3, 10, 10)),
    ],
)
def test_what_one_record_of_two_does_to_a_dimension(
    fact: dict[str, Any], dimension: str, expected: tuple[int, int, int]
) -> None:
    assert measured({}, fact)[dimension] == expected


def test_rejected_rows_are_part_of_the_population_and_never_measured() -> None:
    found = measured({}, {"typed_values": 2}, rejected=1)
    assert found["traceability"] == (0, 2, 3)
    assert found["parcel_accuracy"] == (0, 2, 3)
    assert found["completeness"] == (0, 10, 15)
    assert found["validity"] == (0, 9, 14)  # 13.5 cells, rounded up
    assert found["timeliness"] == (0, 1, 1)


@pytest.mark.parametrize(("copies", "redundant"), [([1, 1], 1), ([2, 2, 2], 2), ([1, 1, 3, 3, 3, 3, 0], 4)])
def test_metadata_that_k_records_share_leave_one_to_keep(copies: list[int], redundant: int) -> None:
    found = measured(*({**METADATA_ONLY, "duplicate_metadata": others} for others in copies))
    assert found["uniqueness"] == (redundant, len(copies), len(copies))


def test_a_record_that_is_redundant_twice_over_counts_once() -> None:
    twice = {"redundant_in_department": 1, "duplicate_metadata": 1}
    assert measured(twice, twice, {})["uniqueness"] == (2, 3, 3)


def test_a_metadata_only_record_has_no_file_to_miss() -> None:
    assert measured(METADATA_ONLY)["completeness"] == (0, 4, 4)


@pytest.mark.parametrize("status", ["missing", "unreadable", "empty"])
def test_what_did_not_come_is_measured_by_timeliness_alone(status: str) -> None:
    con = pool()
    deliver(con, JANUARY, [{}, {}, {}], rejected=1)
    deliver(con, FEBRUARY, status=status)
    deliver(con, MARCH, status="not_due")
    found = measure(con, [department()], {"alpha": contract()})
    assert measures(found, FEBRUARY) == {
        "parcel_accuracy": (0, 0, 4),
        "uniqueness": (0, 0, 4),
        "referential_consistency": (0, 0, 4),
        "completeness": (0, 0, 20),
        "traceability": (0, 0, 4),
        "validity": (0, 0, 20),
        "timeliness": (1, 1, 1),
    }
    assert measures(found, MARCH) == {}


def test_before_the_first_delivery_one_row_is_expected() -> None:
    con = pool()
    deliver(con, JANUARY, status="missing")
    deliver(con, FEBRUARY, [{}])
    found = measures(measure(con, [department()], {"alpha": contract()}), JANUARY)
    assert found.pop("timeliness") == (1, 1, 1)
    assert set(found.values()) == {(0, 0, 1)}


def test_all_rejected_is_unmeasured_with_the_cells_of_the_delivery_before() -> None:
    con = pool()
    deliver(con, JANUARY, [{}])
    deliver(con, FEBRUARY, rejected=3)
    deliver(con, MARCH, status="missing")
    found = measure(con, [department()], {"alpha": contract()})
    for as_of in (FEBRUARY, MARCH):
        assert measures(found, as_of)["traceability"] == (0, 0, 3)
        assert measures(found, as_of)["completeness"] == (0, 0, 15)
        assert measures(found, as_of)["timeliness"] == (1, 1, 1)


def test_facts_that_were_never_computed_are_unmeasured() -> None:
    con = pool()
    deliver(con, JANUARY, [{}, {}])
    con.execute("delete from image_fact")
    found = measures(measure(con, [department()], {"alpha": contract()}), JANUARY)
    assert found["uniqueness"] == (0, 0, 2)
    assert found["timeliness"] == (0, 1, 1)


def test_a_superseded_deliverys_facts_do_not_count() -> None:
    con = pool()
    deliver(con, JANUARY, [{}, {"untraceable": 1}])
    con.execute("update image_fact set delivery_id = 'before' where untraceable = 1")
    assert measures(measure(con, [department()], {"alpha": contract()}), JANUARY)["traceability"] == (0, 1, 2)


def test_which_dimensions_apply_follows_from_the_contract() -> None:
    everything = applicable(department(), contract())
    video = applicable(department(has_images=False), contract("image_id", "device_serial", mandatory=False))
    assert everything == DIMENSIONS
    assert video == ("uniqueness", "traceability", "timeliness")
    assert "parcel_accuracy" not in applicable(department(), contract("image_id", "permit_number_raw"))
    assert "referential_consistency" in applicable(department(), contract("image_id", "permit_number_raw"))


def test_only_applicable_dimensions_get_rows_and_other_departments_keep_theirs() -> None:
    con = pool()
    for of in ("alpha", "beta"):
        deliver(con, APRIL, [METADATA_ONLY], of=of)
    both = {"alpha": contract("image_id"), "beta": contract()}
    found = measure(con, [department(), department("beta")], both)
    assert set(measures(found, APRIL)) == set(DIMENSIONS) - {"parcel_accuracy", "referential_consistency", "validity"}
    assert set(measures(found, APRIL, "beta")) == set(DIMENSIONS)
    again = measure(con, [department()], both)
    assert again == [each for each in found if each.department == "alpha"]
    assert con.execute("select count(*) from measure where department = 'beta'").fetchall() == [(7,)]
