"""The pipeline on real photographs and real Los Angeles permits, checked against what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from city import dedup, rows, warehouses
from real_city import RealCity, build

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

DUPLICATE = {"exact_pixels", "same_image"}


@pytest.fixture(scope="module")
def made(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> RealCity:
    """The landing zone of real things."""
    return build(shared, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def home(made: RealCity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of one run over it."""
    folder = tmp_path_factory.mktemp("realhome") / "home"
    dedup("run", "--landing", made.landing, "--registry", made.registry, "--home", folder, cwd=folder.parent)
    return folder


@pytest.fixture(scope="module")
def found(home: Path) -> set[tuple[str, str, str]]:
    """Every finding: department, rule, image_id."""
    sql = "select department, rule_id, subject from finding"
    return {tuple(map(str, row)) for path in warehouses(home).values() for row in rows(path, sql)}  # type: ignore[misc]


def test_every_planted_defect_is_found(made: RealCity, found: set[tuple[str, str, str]]) -> None:
    assert len(made.expected) > 80
    assert made.expected - found == set()


def test_legitimate_reuse_undetermined_parcels_and_repaired_keys_raise_no_finding(
    made: RealCity, found: set[tuple[str, str, str]]
) -> None:
    assert len(made.silent) > 150
    assert made.silent & found == set()


def test_permit_and_parcel_disagree_only_where_it_was_planted(made: RealCity, found: set[tuple[str, str, str]]) -> None:
    for rule in ("PAR-003", "PAR-004"):
        assert {each for each in found if each[1] == rule} == {each for each in made.expected if each[1] == rule}


def test_duplicates_are_the_files_of_equal_bytes_and_labelled_copies_and_nothing_else(
    made: RealCity, home: Path
) -> None:
    """Of k records with the same bytes k - 1 are redundant; whatever else is must be a copy of what it is said of."""

    def source(image_id: str) -> Path:
        return made.registry.parent.parent / "corpora" / made.source["ladbs_permits", image_id]

    def photograph(image_id: str) -> str:
        return made.group.get(made.source["ladbs_permits", image_id]) or made.source["ladbs_permits", image_id]

    holders: dict[str, set[str]] = defaultdict(set)
    for department, image_id in made.source:
        if department == "ladbs_permits" and not image_id.startswith(("FAM", "MIS")):
            holders[hashlib.sha256(source(image_id).read_bytes()).hexdigest()].add(image_id)
    evidence = rows(
        home / "warehouse.duckdb",
        "select subject, evidence from finding where department = 'ladbs_permits' and rule_id = 'DUP-001'",
    )
    kept = {str(image_id): str(json.loads(text)["kept"]) for image_id, text in evidence}
    assert all(len(same - kept.keys()) <= 1 for same in holders.values())
    wrong = {
        (image_id, original)
        for image_id, original in kept.items()
        if photograph(image_id) != photograph(original)
        and source(image_id).read_bytes() != source(original).read_bytes()
        and not image_id.startswith("HOS")  # broken in many ways, many of them from one picture, and not labelled
    }
    assert wrong == set()
    assert len(kept) > sum(len(each) - 1 for each in holders.values())  # altered copies too


def test_images_listed_are_fingerprinted_unreadable_or_missing(made: RealCity, home: Path) -> None:
    counted = dict(
        rows(
            home / "warehouse.duckdb",
            "select status, count(*) from image_file where department = 'ladbs_permits' group by status",
        )
    )
    listed = sum(department == "ladbs_permits" for department, _ in made.source)
    assert counted["missing"] == 5
    assert sum(counted.values()) == listed
    assert rows(
        home / "warehouse.duckdb", "select count(*) from image_file where status <> 'ok' and reason is null"
    ) == [(0,)]


def test_no_two_labelled_photographs_of_different_things_are_called_duplicates(made: RealCity, home: Path) -> None:
    pairs = rows(
        home / "warehouse.duckdb",
        """select distinct m.verdict, a.storage_uri, b.storage_uri
           from match m join image_file a on a.sha256 = m.sha256_a join image_file b on b.sha256 = m.sha256_b""",
    )
    source = {uri.split("/")[1]: each for (_, uri), each in _by_image(made).items()}
    wrong = [
        (verdict, one, two)
        for verdict, uri_a, uri_b in pairs
        if verdict in DUPLICATE
        and (one := source[uri_a.split("/")[1]])
        and (two := source[uri_b.split("/")[1]])
        and one in made.group
        and two in made.group
        and made.group[one] != made.group[two]
    ]
    assert len(pairs) > 20
    assert wrong == []


def _by_image(made: RealCity) -> dict[tuple[str, str], str]:
    return {(department, f"images/{image_id}"): source for (department, image_id), source in made.source.items()}


def test_booking_portraits_do_not_collide_and_stay_in_their_enclave(home: Path) -> None:
    enclave = warehouses(home)["lapd_booking"]
    assert rows(enclave, "select count(*) from image_file where status = 'ok'") == [(100,)]
    assert rows(enclave, "select count(*) from finding where rule_id in ('DUP-001', 'PAR-001')") == [(0,)]
    assert rows(enclave, "select count(*) from match where verdict in ('exact_pixels', 'same_image')") == [(0,)]
    city = home / "warehouse.duckdb"
    for table in ("image_record", "image_file", "finding", "image_fact"):
        assert rows(city, f"select count(*) from {table} where department = 'lapd_booking'") == [(0,)]


def test_departments_that_delivered_are_scored_and_those_that_did_not_are_not_rated(home: Path) -> None:
    grades = dict(rows(home / "warehouse.duckdb", "select department, grade from score_history"))
    assert grades["lapd_bwv"] == grades["la28_venues"] == "NR"
    rated = rows(home / "warehouse.duckdb", "select department from score_history where score is not null order by 1")
    assert {"ladbs_permits", "planning_zimas", "housing_pipeline", "lapd_booking"} <= {name for (name,) in rated}
