"""Real files: every hostile one ends with an answer, every orientation agrees, and no photograph counts as blank."""

from __future__ import annotations

from collections import defaultdict

import imagehash
import pytest
from PIL import Image

from dedup_assets.engines import SilentProgress
from dedup_assets.images.folder import fingerprint_paths
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UNREADABLE
from pictures import distance

pytestmark = pytest.mark.real
GIBIBYTE = 1024**3


@pytest.fixture(scope="module")
def found(shared):
    """Every file of the corpora, fingerprinted once, by its path below them."""
    corpora = shared / "corpora"
    rows = fingerprint_paths([corpora], 2, Limits(seconds=5), SilentProgress(), GIBIBYTE)
    return {row["path"].removeprefix(f"{corpora}/"): row for row in rows}


def below(found, folder):
    rows = {path: row for path, row in found.items() if path.startswith(folder)}
    assert rows, f"no file below {folder}"
    return rows


def test_every_file_has_one_answer(found, shared):
    assert len(found) == sum(path.is_file() for path in (shared / "corpora").rglob("*"))
    for path, row in found.items():
        assert (row["status"], row["reason"]) == ("ok", None) or row["reason"] in UNREADABLE, path
        assert row["status"] != "missing", path


def test_hostile_files_end_fingerprinted_or_with_a_reason(found):
    rows = below(found, "hostile/")
    reasons = {row["reason"] for row in rows.values()}
    assert {"empty_file", "truncated", "corrupt", "not_an_image", "too_many_pixels"} <= reasons
    assert not {"crashed", "time_limit", "memory_limit"} & reasons  # the decoders of today withstand these
    assert found["hostile/pillow/decompression_bomb.gif"]["reason"] == "too_many_pixels"
    assert found["hostile/pillow/hopper.jpg"]["status"] == "ok"


def test_everything_else_is_read(found):
    refused = {
        path: row["reason"]
        for path, row in found.items()
        if not path.startswith("hostile/") and row["status"] != "ok" and not path.endswith((".md", ".csv"))
    }
    assert refused == {}


def test_orientations_of_one_photograph_agree(found):
    groups = defaultdict(list)
    for path, row in below(found, "exif/orientation/").items():
        groups[path.rsplit("_", 1)[0]].append(row)
    assert [len(rows) for rows in groups.values()] == [9, 9]
    for rows in groups.values():
        assert len({(row["width"], row["height"]) for row in rows}) == 1
        assert max(distance(a["phash256"], b["phash256"]) for a in rows for b in rows) <= 10


def test_modes_and_formats_of_one_photograph_agree(found):
    (original,) = (row for path, row in found.items() if path.endswith("hostile/pillow/hopper.ppm"))
    for name in ["hopper.png", "hopper.bmp", "hopper.tif", "hopper_lzw.tif", "hopper_bigtiff.tif", "hopper.Lab.tif"]:
        row = found[f"hostile/pillow/{name}"]
        assert distance(row["phash256"], original["phash256"]) <= 10, name
    for name in ["hopper.jpg", "hopper.webp", "hopper.gif", "hopper_gray.jpg", "hopper_16bit.pgm", "hopper.pfm"]:
        row = found[f"hostile/pillow/{name}"]
        assert distance(row["phash256"], original["phash256"]) <= 24, name


@pytest.mark.parametrize("folder", ["buildings/", "faces/", "scans/receipts/", "exif/cameras/", "exif/exif-samples/"])
def test_no_photograph_scan_or_portrait_counts_as_blank(found, folder):
    assert [path for path, row in below(found, folder).items() if row["low_information"]] == []


def test_flat_pictures_count_as_blank(found):
    rows = below(found, "copies/phash_fixtures/images4/")
    assert {path.rsplit("/", 1)[1] for path, row in rows.items() if row["low_information"]} >= {
        "uniform-black.png", "uniform-green.png", "uniform-white.png",
    }  # fmt: skip


def test_hashes_are_imagehashs_or_as_near_as_scaled_decoding_comes(found, shared):
    checked = 0
    for path, row in found.items():
        if not path.startswith(("buildings/", "copies/blockhash/", "scans/receipts/1")):
            continue
        with Image.open(shared / "corpora" / path) as image:
            if image.has_transparency_data:  # imagehash sees what lies under transparent pixels, and nobody else does
                continue
            small, large = imagehash.phash(image, 8), imagehash.phash(image, 16)
        scaled = row["media_type"] == "image/jpeg"
        assert distance(row["phash64"], str(small)) <= (2 if scaled else 0), path
        assert distance(row["phash256"], str(large)) <= (10 if scaled else 0), path
        checked += 1
    assert checked > 30


def test_time_and_place_are_found(found):
    located = [row for row in found.values() if row["gps"]]
    timed = [row for row in found.values() if row["captured_at"]]
    assert len(located) >= 20
    assert len(timed) >= 60
    for row in located:
        assert -90 <= row["gps"]["latitude"] <= 90
        assert -180 <= row["gps"]["longitude"] <= 180
