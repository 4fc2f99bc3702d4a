"""The sample city as a whole: the same bytes from the same arguments, any size, and no folder lost."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from dedup_assets.sample import city as city_module
from dedup_assets.sample.city import MARKER, PARTS, SampleError, make_plan, write_city
from dedup_assets.sample.geography import Map, boundary
from dedup_assets.sample.manifests import shown
from dedup_assets.sample.plan import DEPARTMENTS, SHARES, VIDEO, Derived, Drawing, Plan
from dedup_assets.sample.registry_files import PERMIT_COLUMNS
from dedup_assets.sample.schedule import Calendar
from sample_kit import lines, tree

if TYPE_CHECKING:
    from pathlib import Path


def planned(images: int, deliveries: int, seed: int = 28) -> Plan:
    """The plan of a city, with nothing drawn or written."""
    return make_plan(Plan(seed, images, Calendar(deliveries), Map(seed)))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds of the cities that were written; each has three small files, so that keeping folders is all there is."""
    seeds: list[int] = []

    def build(building: Path, plan: Plan, workers: int, progress: Any) -> dict[str, int]:
        seeds.append(plan.seed)
        for part in PARTS:
            path = building / part if part.endswith(".csv") else building / part / f"city-{plan.seed}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{part} of {plan.seed}", encoding="utf-8")
        return dict.fromkeys(("pictures", "files", "records", "manifests", "planted", "distance"), 1)

    monkeypatch.setattr(city_module, "_build", build)
    return seeds


def test_the_same_arguments_give_the_same_bytes_and_times_with_any_number_of_workers(tmp_path: Path) -> None:
    reports = [
        write_city(tmp_path / name, images=60, deliveries=2, workers=workers) for name, workers in (("a", 1), ("b", 2))
    ]
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert (reports[0].pictures, reports[0].distance) == (reports[1].pictures, reports[1].distance)
    assert reports[0].pictures >= 60


def test_another_seed_gives_another_city() -> None:
    one, other = (planned(60, 2, seed) for seed in (1, 2))
    assert {parcel.apn for parcel in one.city.parcels} != {parcel.apn for parcel in other.city.parcels}
    drawings = [{made.seed for made in plan.files.values() if isinstance(made, Drawing)} for plan in (one, other)]
    assert not drawings[0] - {"card"} & drawings[1]


@pytest.mark.parametrize(("images", "deliveries"), [(60, 1), (60, 2), (75, 3), (60, 6), (240, 24), (1600, 6)])
def test_a_city_of_any_size_lists_what_it_draws_and_plants_what_fits(images: int, deliveries: int) -> None:
    plan = planned(images, deliveries)
    drawn = [path for path, made in plan.files.items() if isinstance(made, Drawing)]
    wanted = {path for records in plan.records.values() for record in records for path in shown(plan, record)}
    assert images <= len(drawn) <= images * 1.1 + 10
    assert set(plan.files) <= wanted
    assert all(made.source in plan.files for made in plan.files.values() if isinstance(made, Derived))
    truth = plan.truth.rows()
    assert len({line["kind"] for line in truth}) > 20
    assert {line["rule_id"] for line in truth} > {"DUP-001", "DUP-002", "PAR-001", "FIL-001", "CMP-001", "VAL-001"}
    assert set(plan.records) == set(DEPARTMENTS)
    for records in plan.records.values():
        keys = Counter(record.row["image_id"] for record in records if record.row["image_id"])
        assert max(keys.values()) == 1


def test_every_delivery_of_every_department_brings_something_new() -> None:
    plan = planned(60, 6)
    for records in plan.records.values():
        assert {record.enters for record in records} == set(range(6))


def test_the_default_city_is_shared_out_as_told() -> None:
    plan = planned(1600, 6)
    kinds = Counter(made.kind for made in plan.files.values() if isinstance(made, Drawing))
    assert kinds["building"] + kinds["portrait"] >= 1500
    assert kinds["form"] >= 20
    assert kinds["blank"] >= 3
    pictures = Counter(path.split("/")[0] for path, made in plan.files.items() if isinstance(made, Drawing))
    for department, share in SHARES.items():
        assert pictures[department] / pictures.total() == pytest.approx(share, abs=0.03)
    assert len(plan.records[VIDEO]) > 300


def test_a_defect_is_told_from_the_first_readable_delivery_to_the_last_before_it_was_mended() -> None:
    """Planning's fourth delivery cannot be read, so what begins in it is first seen in the fifth."""
    plan = planned(60, 6)
    record = plan.records["planning_zimas"][0]
    story = plan.truth.story("told")
    story.tell(record, ["X-1"], spells=[(3, None)])
    story.tell(record, ["X-2"], spells=[(1, 3), (4, 5)])
    story.tell(record, ["X-3"], spells=[(3, 4)])
    told = [(line["rule_id"], line["as_of_first"], line["as_of_last"]) for line in plan.truth.rows()]
    assert [each for each in told if each[0].startswith("X")] == [
        ("X-1", "2026-05-31", ""),
        ("X-2", "2026-02-28", "2026-05-31"),
    ]


def test_a_copy_elsewhere_is_told_while_the_other_departments_newest_delivery_shows_it() -> None:
    """Planning mends a copy in its fourth delivery, which nobody can read: others still see the third."""
    plan = planned(60, 6)
    record, other = plan.records["ladbs_permits"][0], plan.records["planning_zimas"][0]
    story = plan.truth.story("told")
    story.tell(record, ["X-1"], spells=[(0, None)], other=other, other_spells=[(1, 3)])
    told = [line for line in plan.truth.rows() if line["rule_id"] == "X-1"]
    assert [(line["as_of_first"], line["as_of_last"]) for line in told] == [("2026-02-28", "2026-04-30")]


def test_a_city_is_written_once_and_another_one_takes_its_place(tmp_path: Path, written: list[int]) -> None:
    folder = tmp_path / "city"
    assert not write_city(folder, 1, images=60).unchanged
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    before = tree(folder)
    again = write_city(folder, 1, images=60, workers=1)
    assert again.unchanged
    assert again.pictures == 1
    assert tree(folder) == before
    assert not write_city(folder, 2, images=60).unchanged
    assert written == [1, 2]
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "truth.csv").read_text(encoding="utf-8") == "truth.csv of 2"
    assert sorted(path.name for path in folder.iterdir()) == sorted([MARKER, "notes.txt", *PARTS])


def test_a_city_that_lost_a_file_or_was_cut_short_is_written_again(tmp_path: Path, written: list[int]) -> None:
    folder = tmp_path / "city"
    write_city(folder, 1, images=60)
    (folder / "landing" / "city-1").unlink()
    assert not write_city(folder, 1, images=60).unchanged
    marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    (folder / MARKER).write_text(json.dumps({**marker, "arguments": {}}), encoding="utf-8")
    assert not write_city(folder, 1, images=60).unchanged
    assert written == [1, 1, 1]


def test_a_city_whose_writing_was_interrupted_can_be_written_again(
    tmp_path: Path, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "city"

    def torn(building: Path, plan: Plan, workers: int, progress: Any) -> dict[str, int]:
        (building / "landing").mkdir()
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(city_module, "_build", torn)
        with pytest.raises(KeyboardInterrupt):
            write_city(folder, 1, images=60)
    assert not write_city(folder, 1, images=60).unchanged
    assert written == [1]


def test_a_city_whose_replacement_was_interrupted_can_be_written_again(
    tmp_path: Path, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "city"
    write_city(folder, 1, images=60)

    def torn(folder: Path, building: Path) -> None:
        (building / "old").mkdir()
        (folder / "landing").rename(building / "old" / "landing")
        (building / "landing").rename(folder / "landing")
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(city_module, "_replace", torn)
        with pytest.raises(KeyboardInterrupt):
            write_city(folder, 2, images=60)
    assert not write_city(folder, 2, images=60).unchanged
    assert [path.name for path in (folder / "landing").iterdir()] == ["city-2"]
    assert [path.name for path in (folder / "registry").iterdir()] == ["city-2"]


def test_the_boundary_holds_the_citys_parcels_and_not_the_venue_outside() -> None:
    ring = np.array(boundary(), np.float32)
    for parcel in planned(240, 2).city.parcels:
        inside = cv2.pointPolygonTest(ring, (parcel.longitude, parcel.latitude), measureDist=False) >= 0
        assert inside == (parcel.pin is not None)


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path, written: list[int]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(SampleError, match="name a new or empty folder"):
        write_city(tmp_path, images=60)
    assert tree(tmp_path) == before
    with pytest.raises(SampleError, match="is a file"):
        write_city(tmp_path / "thesis.txt", images=60)
    assert written == []


def test_somebodys_files_inside_the_landing_zone_are_never_replaced(tmp_path: Path, written: list[int]) -> None:
    write_city(tmp_path, 1, images=60)
    (tmp_path / "landing" / "own_department").mkdir()
    (tmp_path / "landing" / "own_department" / "manifest.csv").write_text("rows", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(SampleError, match=r"landing/own_department/manifest\.csv"):
        write_city(tmp_path, 2, images=60)
    assert tree(tmp_path) == before
    assert write_city(tmp_path, 1, images=60).unchanged


@pytest.mark.parametrize(
    "arguments",
    [
        {"images": 59},
        {"images": 100, "deliveries": 11},
        {"images": 10**6},
        {"deliveries": 0},
        {"deliveries": 25},
        {"workers": 0},
    ],
)
def test_arguments_out_of_range_are_refused_in_words(tmp_path: Path, arguments: dict[str, int]) -> None:
    with pytest.raises(SampleError, match=str(next(iter(arguments.values())))):
        write_city(tmp_path / "city", **arguments)
    assert not (tmp_path / "city").exists()


@pytest.mark.real
def test_nothing_of_the_sample_is_real(shared: Path) -> None:
    """No APN, PIN, permit, ZIP code or address of the shipped Los Angeles extracts; the same column names."""
    plan = planned(1600, 6)
    permits = lines(shared / "data" / "la" / "permits.csv")
    assert tuple(permits[0]) == PERMIT_COLUMNS
    apns = {row["assessor_book"] + row["assessor_page"] + row["assessor_parcel"] for row in permits}
    cases = lines(shared / "data" / "la" / "code_enforcement_pin.csv")
    crosswalk = lines(shared / "data" / "la" / "pin_apn_crosswalk.csv")
    apns |= {row["apn"] for row in crosswalk}
    pins = {row["pin"] for row in (*cases, *crosswalk)}
    streets = {row["street_name"] for row in (*permits, *cases)}
    assert len(apns) > 5000
    assert len(pins) > 5000
    assert not apns & {parcel.apn for parcel in plan.city.parcels}
    assert not pins & {parcel.pin for parcel in plan.city.parcels}
    assert not {row["pcis_permit"] for row in permits} & {permit.number for permit in plan.city.permits}
    assert not {row["zip_code"] for row in permits} & {parcel.zip_code for parcel in plan.city.parcels}
    assert not streets & {parcel.street for parcel in plan.city.parcels}
