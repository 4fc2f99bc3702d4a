"""Pages: each page of a document has its fingerprint or a reason; of an animation the first frame stands for all."""

from __future__ import annotations

import struct

import pytest
from PIL import Image, ImageDraw

from dedup_assets.engines import LocalEngine, SilentProgress
from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.folder import FileRow, fingerprint_paths, paged_fingerprints
from dedup_assets.images.limits import Limits
from dedup_assets.images.pages import fingerprint_pages
from dedup_assets.sample.pictures import form
from pictures import blank_page, distance, encoded, photograph

PICTURES = [photograph(seed, 320, 240) for seed in range(5)]
ALONE = [fingerprint(encoded(picture, "PNG"), Limits()) for picture in PICTURES]


def several(file_format, count=3, **options):
    first, *others = [picture.copy() for picture in PICTURES[:count]]  # Pillow remembers what it saved last
    return encoded(first, file_format, save_all=True, append_images=others, **options)


def read(data, **more):
    return fingerprint_pages(data, Limits(**more))


@pytest.mark.parametrize(("file_format", "options"), [("TIFF", {}), ("PDF", {"resolution": 72}), ("HEIF", {})])
def test_every_page_of_a_document_is_held(file_format, options):
    found = read(several(file_format, **options))
    assert (found.fingerprint["frames"], found.unread_pages) == (3, [])
    assert [page["page"] for page in found.pages] == [0, 1, 2]
    for page, alone in zip(found.pages, ALONE, strict=False):
        assert (page["width"], page["height"]) == (320, 240)
        assert distance(page["phash256"], alone["phash256"]) <= 12
        assert not page["low_information"]
        assert page["photograph"]
    assert found.pages[0]["phash256"] == found.fingerprint["phash256"]


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF", "MPO"])
def test_the_first_frame_of_an_animation_stands_for_all(file_format):
    found = read(several(file_format))
    assert (found.fingerprint["frames"], len(found.pages), found.unread_pages) == (3, 1, [])
    assert found.pages[0]["phash256"] == found.fingerprint["phash256"]


def test_pages_beyond_the_cap_are_named():
    found = read(several("TIFF", 5), max_pages=2)
    assert (found.fingerprint["status"], found.fingerprint["frames"]) == ("ok", 5)
    assert [page["page"] for page in found.pages] == [0, 1]
    assert found.unread_pages == [{"page": number, "reason": "page_cap"} for number in (2, 3, 4)]
    assert read(several("TIFF", 5), max_frames=4).fingerprint["reason"] == "too_many_frames"


def test_pages_for_which_no_time_is_left_are_named():
    found = read(several("TIFF"), seconds=0.0)
    assert (len(found.pages), found.fingerprint["status"]) == (1, "ok")
    assert found.unread_pages == [{"page": number, "reason": "time_limit"} for number in (1, 2)]


def broken_page(number):
    """A TIFF of three pages, one of which lies beyond the end of the file."""
    data = bytearray(several("TIFF"))
    place = 4
    for _ in range(number + 1):
        directory = struct.unpack_from("<I", data, place)[0]
        count = struct.unpack_from("<H", data, directory)[0]
        place = directory + 2 + 12 * count
    for entry in range(directory + 2, place, 12):
        tag, _, values = struct.unpack_from("<HHI", data, entry)
        if tag == 273:  # where its strips lie
            assert values == 1
            struct.pack_into("<I", data, entry + 8, len(data) + 10)
    return bytes(data)


def test_a_broken_page_costs_itself_and_the_first_costs_the_file():
    found = read(broken_page(1))
    assert [page["page"] for page in found.pages] == [0, 2]
    assert [page["page"] for page in found.unread_pages] == [1]
    assert found.unread_pages[0]["reason"] in ("truncated", "corrupt")
    assert distance(found.pages[1]["phash256"], ALONE[2]["phash256"]) == 0
    lost = read(broken_page(0))
    assert (lost.fingerprint["status"], lost.pages, lost.unread_pages) == ("unreadable", [], [])


def test_the_beginning_of_a_tiff_is_worth_the_pages_it_holds():
    data = several("TIFF")
    one = len(data) // 3
    for cut, pages, unread in ((one - 5000, 0, 0), (one + 5000, 1, 2), (2 * one + 5000, 2, 1), (len(data) - 9, 2, 1)):
        found = read(data[:cut])
        assert (len(found.pages), len(found.unread_pages)) == (pages, unread), cut
        assert found.fingerprint["reason"] == (None if pages else "truncated")


def test_a_file_whose_later_page_ended_a_worker_keeps_its_first():
    data = several("TIFF")
    digest = fingerprint(data, Limits())["sha256"]
    for known in ({"first_only": "crashed"}, {"refused_pages": {digest: "crashed"}}):
        found = fingerprint_pages(data, Limits(), **known)
        assert (found.fingerprint["status"], len(found.pages)) == ("ok", 1)
        assert found.unread_pages == [{"page": number, "reason": "crashed"} for number in (1, 2)]
    picture = fingerprint_pages(encoded(PICTURES[0], "JPEG"), Limits(), first_only="crashed")
    assert (picture.fingerprint["reason"], picture.pages) == ("crashed", [])


def test_a_folder_gives_pages_and_the_plain_answers_stay_as_they_are(tmp_path):
    (tmp_path / "plan.tif").write_bytes(several("TIFF"))
    (tmp_path / "note.txt").write_text("no picture")
    plain = list(fingerprint_paths([tmp_path, tmp_path / "gone"], 1, Limits(), SilentProgress()))
    with LocalEngine(1) as engine:
        paged = list(paged_fingerprints([tmp_path, tmp_path / "gone"], engine, Limits(max_pages=2), SilentProgress()))
    assert [set(row) for row in plain] == [set(FileRow.__annotations__)] * 3
    assert [{key: row[key] for key in FileRow.__annotations__} for row in paged] == plain
    assert [(len(row["pages"]), len(row["unread_pages"])) for row in paged] == [(0, 0), (2, 1), (0, 0)]
    assert paged[1]["pages"][0]["phash256"] == paged[1]["phash256"]


# Photographs and what is drawn


def drawn_plan():
    sheet = Image.new("RGB", (1700, 1100), "white")
    pen = ImageDraw.Draw(sheet)
    for place in range(40, 900, 60):
        pen.rectangle((place, place, place + 500, place + 170), outline=(0, 0, 90), width=3)
        pen.text((place + 20, place + 20), f"ROOM {place}", fill=0)
    return sheet


def screenshot():
    window = Image.new("RGB", (1280, 800), (250, 250, 252))
    pen = ImageDraw.Draw(window)
    pen.rectangle((0, 0, 1280, 60), fill=(30, 60, 120))
    pen.rectangle((0, 60, 220, 800), fill=(225, 230, 238))
    for line in range(100, 780, 24):
        pen.text((250, line), "permit 23010-30000-01234 issued", fill=(20, 20, 20))
    return window


@pytest.mark.parametrize(
    ("name", "picture", "expected"),
    [
        ("photograph", lambda: PICTURES[0], True),
        ("dark photograph", lambda: PICTURES[1].point(lambda value: value // 5), True),
        ("form", lambda: Image.fromarray(form.record("1", {"permit": "23010-30000-01234"})), False),
        ("plan", drawn_plan, False),
        ("screenshot", screenshot, False),
        ("blank page", lambda: blank_page(1), False),
        ("one colour", lambda: Image.new("RGB", (300, 200), "beige"), False),
    ],
)
def test_a_photograph_is_told_from_what_is_drawn(name, picture, expected):
    for file_format in ("JPEG", "PNG"):
        (page,) = read(encoded(picture(), file_format)).pages
        assert page["photograph"] is expected, name


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "least", "most"),
    [("faces/orl", 1.0, 1.0), ("buildings", 1.0, 1.0), ("scans/receipts", 0.0, 0.0), ("exif/cameras", 1.0, 1.0)],
)
def test_real_photographs_and_receipts_are_told_apart(shared, folder, least, most):
    with LocalEngine(2) as engine:
        rows = list(paged_fingerprints([shared / "corpora" / folder], engine, Limits(), SilentProgress()))
    found = [page["photograph"] for row in rows for page in row["pages"]]
    assert least <= sum(found) / len(found) <= most
