"""The planted truth against the files and manifests themselves: each kind shows on its dates, and on no other."""

from __future__ import annotations

import hashlib
import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from dedup_assets.registry import apn as apn_words
from dedup_assets.registry import permit as permit_words
from dedup_assets.registry import pin as pin_words
from dedup_assets.registry.identity import Known
from dedup_assets.sample.city import write_city
from sample_kit import City, Row, apart, apn, fingerprint, metres

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Line = dict[str, str]
NEAR = 31  # bits: the radius of candidate pairs


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city large enough for every kind to be planted."""
    folder = tmp_path_factory.mktemp("sample") / "city"
    write_city(folder, images=240, deliveries=6, workers=2)
    return City(folder)


def same_bytes(city: City, one: Row, other: Row) -> bool:
    return city.path(one).exists() and city.data(one) == city.data(other)


def same_case(one: Row, other: Row) -> bool:
    return apn(one) == apn(other) and one["permit_number_raw"] == other["permit_number_raw"]


def strangers(city: City, one: Row, other: Row) -> bool:
    groups = [city.parcels[apn(each)]["geometry_group"] for each in (one, other)]
    return apn(one) != apn(other) and not (groups[0] and groups[0] == groups[1])


def altered(city: City, line: Line, row: Row, other: Row) -> bool:
    if same_bytes(city, row, other) or not strangers(city, row, other):
        return False
    how = re.search(r"modification=(\w+)", line["detail"])[1]
    near = apart(city.path(row), city.path(other)) <= NEAR
    with Image.open(city.path(row)) as one, Image.open(city.path(other)) as two:
        pixels = one.size == two.size and bool((np.asarray(one) == np.asarray(two)).all())
        smaller = one.size != two.size
        again = apart(city.path(row), two.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) <= NEAR
    if how == "mirrored":
        return again and not near
    if how == "cropped":
        return smaller and not near
    return near and {"stripped": pixels, "resized": smaller}.get(how, not pixels and not smaller)


def damaged(city: City, line: Line, row: Row) -> bool:
    column = line["detail"].split()[0]
    words, known = {
        "apn_raw": (apn_words, Known(city.parcels, apn_words.variants, complete=True)),
        "permit_number_raw": (permit_words, Known(city.permits, permit_words.variants, complete=True)),
        "pin_raw": (pin_words, Known(city.pins, complete=True)),
    }[column]
    found = words.parse(row[column], known)
    if line["expected"] == "finding":
        return found.status in {"ambiguous", "malformed"}
    # The repair is that of the row's own case, and the raw value is not what a sound row says.
    told = repr(row[column]) in line["detail"]
    return f"repaired:{found.canonical}" == line["expected"] and bool(found.repairs) and told


def shifted(city: City, line: Line, row: Row) -> bool:
    agrees = apn(row) in city.permits[row["permit_number_raw"]]
    elsewhere = metres(city.parcels[apn(row)], city.path(row)) > 60
    seen = metres(city.parcels[apn(row)], city.path(row)) > 120
    together = "which agree with each other" in line["detail"]
    told = {"PAR-006": seen, "PAR-009": named_after_another(city, row), "PAR-003": not together or not seen}
    return elsewhere and agrees == together and told[line["rule_id"]]


def named_after_another(city: City, row: Row) -> bool:
    """The first word of its file's name is a parcel, or the PIN of parcels, that the record is not filed on."""
    word = row["file_name"].split("_")[0]
    named = {word} & city.parcels.keys() or {
        each for pin, apns in city.pins.items() if pin.replace(" ", "") == word for each in apns
    }
    return bool(named) and apn(row) not in named


def taken_elsewhere(city: City, row: Row) -> bool:
    """More than 120 m from its parcel, and from the other lots of its permit."""
    lots = city.permits.get(row["permit_number_raw"] or "", set())
    near = {apn(row), *(lots if apn(row) in lots else ())}
    return min(metres(city.parcels[each], city.path(row)) for each in near) > 120


def retired(city: City, line: Line, row: Row, _: Row) -> bool:
    """Filed on a number that is retired by then, and that became the permit's parcel; silent lines say: not unknown."""
    effective, successors = city.retired.get(apn(row), ("9999", set()))
    return line["expected"] == "silent" or (
        effective <= str(row["as_of"]) and bool(successors & city.permits[row["permit_number_raw"]])
    )


def cannot_be_read(city: City, row: Row) -> bool:
    try:
        with Image.open(io.BytesIO(city.data(row))) as image:
            image.load()
    except (OSError, SyntaxError):
        return True
    return False


def wrong_sum(city: City, row: Row) -> bool:
    return hashlib.sha256(city.data(row)).hexdigest() != row["declared_sha256"]


def blank_sheet(city: City, row: Row) -> bool:
    with Image.open(city.path(row)) as image:
        grey = np.asarray(image.convert("L"), float)
    return grey.mean() > 190 and grey.std() < 8


def lacking(line: Line, row: Row) -> bool:
    return any(row[name] is None for name in re.findall(r"no (\w+)", line["detail"]))


def recording(row: Row) -> tuple[str, ...]:
    return row["device_serial"], row["captured_at"], row["duration_seconds"]


# What a row must look like while a planted thing shows. Rows of both departments where two are concerned.
ROWS: dict[str, Callable[[City, Line, Row, Row], bool]] = {
    "byte_copy_same_case": lambda c, _, a, b: same_bytes(c, a, b) and same_case(a, b),
    "byte_copy_wrong_parcel": lambda c, _, a, b: same_bytes(c, a, b) and strangers(c, a, b),
    "name_keyed_attach": lambda c, _, a, b: (
        same_bytes(c, a, b) and strangers(c, a, b) and a["file_name"] == b["file_name"] and "IMG_" in a["file_name"]
    ),
    "replayed_batch": lambda c, _, a, b: (
        same_bytes(c, a, b)
        and same_case(a, b)
        and a["batch_id"] != b["batch_id"]
        and a["batch_row_no"] == b["batch_row_no"]
    ),
    "copy_across_departments": lambda c, _, a, b: same_bytes(c, a, b) and apn(a) == apn(b),
    "copy_across_departments_wrong_parcel": lambda c, _, a, b: same_bytes(c, a, b) and strangers(c, a, b),
    "altered_copy_wrong_parcel": altered,
    "stamped_copy_wrong_parcel": altered,
    "placeholder": lambda c, _, a, b: same_bytes(c, a, b) and strangers(c, a, b),
    "doubled_booking_photograph": lambda c, _, a, b: same_bytes(c, a, b) and a["subject_ref"] != b["subject_ref"],
    "damaged_identifier": lambda c, t, a, _: damaged(c, t, a),
    "unknown_parcel": lambda c, _, a, __: apn(a) not in c.parcels and len(apn(a)) == 10,
    "retired_parcel": retired,
    "unknown_permit": lambda c, _, a, __: a["permit_number_raw"] not in c.permits,
    "permit_and_parcel_disagree": lambda c, _, a, __: apn(a) not in c.permits[a["permit_number_raw"]],
    "pin_and_parcel_disagree": lambda c, _, a, __: apn(a) not in c.pins[a["pin_raw"]],
    "taken_elsewhere": lambda c, _, a, __: taken_elsewhere(c, a),
    "named_after_another": lambda c, _, a, __: named_after_another(c, a),
    "shifted_batch": lambda c, t, a, _: shifted(c, t, a),
    "unreadable_file": lambda c, _, a, __: cannot_be_read(c, a) and not wrong_sum(c, a),
    "missing_file": lambda c, _, a, __: not c.path(a).exists() and ".." not in a["storage_uri"],
    "path_outside_root": lambda _, __, a, ___: a["storage_uri"].startswith("../../"),
    "checksum_differs": lambda c, _, a, __: wrong_sum(c, a),
    "missing_mandatory_value": lambda _, t, a, __: a["missing_values"] == 1 and lacking(t, a),
    "value_breaks_format": lambda _, __, a, ___: a["invalid_values"] == 1,
    "untraceable": lambda _, t, a, __: lacking(t, a),
    "video_same_recording": lambda _, __, a, b: recording(a) == recording(b),
    "video_same_checksum": lambda _, __, a, b: (
        recording(a) != recording(b) and a["declared_sha256"] == b["declared_sha256"]
    ),
    "legitimate_supplement": lambda c, _, a, b: (
        same_bytes(c, a, b)
        and a["permit_number_raw"][:6] == b["permit_number_raw"][:6]
        and a["permit_number_raw"][-5:] == b["permit_number_raw"][-5:]
        and a["permit_number_raw"] != b["permit_number_raw"]
    ),
    "legitimate_condominium": lambda c, _, a, b: same_bytes(c, a, b) and apn(a) != apn(b) and not strangers(c, a, b),
    "legitimate_project_lots": lambda c, _, a, b: (
        same_bytes(c, a, b) and {apn(a), apn(b)} <= c.permits[a["permit_number_raw"]]
    ),
    "legitimate_before_after": lambda c, _, a, b: (
        same_bytes(c, a, b)
        and {a["photo_role"], b["photo_role"]} == {"before", "after"}
        and b["image_id"] in {a["replaces_image_id"], b["image_id"]}
    ),
    "wildcard_apn": lambda _, __, a, ___: a["apn_raw"].endswith("***"),
    "venue_outside_city": lambda c, _, a, __: (
        apn(a) in c.parcels and all(apn(a) not in apns for apns in c.pins.values()) and a["permit_number_raw"] is None
    ),
    "form_on_one_template": lambda _, __, a, ___: a["photo_role"] == "form",
    "blank_scan": lambda c, _, a, __: blank_sheet(c, a),
    "two_views_of_one_building": lambda c, _, a, b: apn(a) == apn(b) and apart(c.path(a), c.path(b)) > NEAR,
    "one_person_two_bookings": lambda c, _, a, b: (
        a["subject_ref"] != b["subject_ref"] and apart(c.path(a), c.path(b)) > NEAR
    ),
}
# While it does not show, the record must be sound. Of these the sound record looks no different to the predicate.
ALWAYS = {"copy_across_departments"}
ALTERED = {"altered_copy_wrong_parcel", "stamped_copy_wrong_parcel"}
DELIVERIES = {
    "missing_delivery": "missing",
    "repeated_delivery": "missing",
    "unreadable_manifest": "unreadable",
    "empty_manifest": "empty",
    "corrected_redelivery": "read",
    "rejected_rows": "read",
}


def spells(city: City) -> dict[tuple[str, ...], list[Line]]:
    """The lines about one record and rule of one planted thing."""
    found: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in city.truth:
        if line["kind"] in ROWS:
            found[line["planted_id"], line["department"], line["image_id"], line["rule_id"]].append(line)
    return found


def shows(each: list[Line], as_of: str) -> bool:
    return any(line["as_of_first"] <= as_of <= (line["as_of_last"] or "9999") for line in each)


def test_every_kind_is_planted_and_every_planted_kind_is_checked_here(city: City) -> None:
    assert {line["kind"] for line in city.truth} == {*ROWS, *DELIVERIES, "rejected_row"}


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_rows_and_files_show_what_was_planted_on_its_dates_and_only_then(city: City, kind: str) -> None:
    wrong = []
    for (_, department, image_id, _), each in spells(city).items():
        line = each[0]
        if line["kind"] != kind:
            continue
        for as_of in city.read(department):
            row = city.rows[department, as_of].get(image_id)
            other = (
                city.newest(line["other_department"], as_of).get(line["other_image_id"])
                if line["other_image_id"]
                else row
            )
            if row is None or other is None:
                assert not shows(each, as_of)
            elif ROWS[kind](city, line, row, other) != shows(each, as_of) and kind not in ALWAYS:
                wrong.append((image_id, as_of, line["detail"]))
    assert wrong == []


def test_rejected_rows_are_rejected_on_their_dates(city: City) -> None:
    planted: dict[tuple[str, str], int] = defaultdict(int)
    for line in city.truth:
        if line["kind"] == "rejected_row":
            for as_of in city.read(line["department"]):
                planted[line["department"], as_of] += shows([line], as_of)
    assert planted
    assert {key: len(raws) for key, raws in city.rejected.items()} == {
        key: count for key, count in planted.items() if count
    }
    assert {(line["department"], line["as_of_first"]) for line in city.truth if line["kind"] == "rejected_rows"} == {
        key for key, count in planted.items() if count
    }


def test_deliveries_have_the_planted_troubles_and_no_others(city: City) -> None:
    planted = {
        (line["department"], line["as_of_first"]): DELIVERIES[line["kind"]]
        for line in city.truth
        if line["kind"] in DELIVERIES
    }
    assert {key: city.statuses[key] for key in planted} == planted
    assert {key: status for key, status in city.statuses.items() if status != "read"} == {
        key: status for key, status in planted.items() if status != "read"
    }


def test_a_correction_says_something_else_and_a_repetition_the_same(city: City) -> None:
    landing = city.folder / "landing"
    first, second = sorted(next(path for path in landing.rglob("manifest.2.*")).parent.iterdir(), reverse=True)
    assert first.read_bytes() != second.read_bytes()
    repeated = next(line for line in city.truth if line["kind"] == "repeated_delivery")
    at = city.dates.index(repeated["as_of_first"])
    manifests = [next((landing / repeated["department"] / city.dates[n]).iterdir()) for n in (at - 1, at)]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()


def test_some_things_are_mended_and_one_comes_back(city: City) -> None:
    lines = [line for line in city.truth if line["kind"] in ROWS and line["expected"] == "finding"]
    mended = sum(line["as_of_last"] != "" for line in lines)
    assert 0.25 < mended / len(lines) < 0.75
    assert any(len(each) == 2 for each in spells(city).values())


def test_what_the_truth_does_not_name_is_sound(city: City) -> None:
    named = {(line["department"], line["image_id"]) for line in city.truth}
    sound = checked = 0
    for department in ("ladbs_permits", "planning_zimas", "housing_pipeline", "la28_venues", "lapd_booking"):
        seen: dict[bytes, str] = {}
        for image_id, row in city.rows[department, city.read(department)[-1]].items():
            checked += 1
            if (department, image_id) in named:
                continue
            sound += 1
            assert row["missing_values"] == row["invalid_values"] == 0
            assert row["source_system"]
            assert row["batch_id"]
            assert not wrong_sum(city, row)
            assert not cannot_be_read(city, row)
            assert seen.setdefault(city.data(row), image_id) == image_id
            if row["permit_number_raw"]:
                assert apn(row) in city.permits[row["permit_number_raw"]]
            if row["pin_raw"]:
                assert apn(row) in city.pins[row["pin_raw"]]
            if row["apn_raw"]:
                assert metres(city.parcels[apn(row)], city.path(row)) < 50
    assert sound > checked / 3


def test_restricted_departments_carry_canaries_and_the_others_none(city: City) -> None:
    landing = city.folder / "landing"
    for department in ("lapd_booking", "lapd_bwv"):
        rows = city.rows[department, city.read(department)[-1]].values()
        assert all("CANARY" in row["image_id"] and "CANARY" in (row["batch_id"] or "CANARY") for row in rows)
    assert all("CANARY" in row["device_serial"] for row in city.rows["lapd_bwv", city.read("lapd_bwv")[0]].values())
    with Image.open(next((landing / "lapd_booking" / "images").rglob("CANARY_*.jpg"))) as image:
        assert b"CANARY" in image.getexif().get_ifd(0x8769)[0x9286]
    for path in landing.rglob("*"):
        if path.is_file() and path.relative_to(landing).parts[0] not in {"lapd_booking", "lapd_bwv"}:
            assert b"CANARY" not in path.read_bytes()
            assert "CANARY" not in path.as_posix()


def test_different_photographs_are_never_candidates_for_one_another(city: City) -> None:
    """Only planted copies and forms come within the radius of the near-duplicate search, by imagehash's own hash."""
    near = [(line["department"], line["image_id"]) for line in city.truth if line["kind"] in ALTERED]
    pictures: dict[str, Path] = {}
    for department in ("ladbs_permits", "planning_zimas", "housing_pipeline", "la28_venues", "lapd_booking"):
        for image_id, row in city.rows[department, city.read(department)[-1]].items():
            altered = (department, image_id) in near and "-copy" in row["storage_uri"]
            if row["photo_role"] != "form" and not altered and not cannot_be_read_or_missing(city, row):
                pictures.setdefault(row["declared_sha256"], city.path(row))
    bits = np.array([fingerprint(path) for path in pictures.values()])
    apart = (bits[:, None] != bits[None]).sum(axis=2)[np.triu_indices(len(bits), 1)]
    assert len(bits) > 200
    assert apart.min() > NEAR


def cannot_be_read_or_missing(city: City, row: Row) -> bool:
    return not city.path(row).exists() or cannot_be_read(city, row)
