"""The sample's pictures: functions of their seeds, far apart where they differ, near where a form is a form."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import imagehash
import numpy as np
import pytest
from PIL import Image

from dedup_assets.engines import SilentProgress
from dedup_assets.sample import files
from dedup_assets.sample.files import Unit, derive, distances, draw_unit, fingerprint, make_files
from dedup_assets.sample.pictures import form, jpeg
from dedup_assets.sample.pictures.building import KINDS, design
from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.pictures.person import person
from dedup_assets.sample.pictures.photograph import photograph
from dedup_assets.sample.pictures.portrait import portrait
from dedup_assets.sample.plan import BROKEN, MODIFICATIONS, Derived, Drawing

if TYPE_CHECKING:
    from pathlib import Path

    from dedup_assets.sample.pictures.noise import Picture

WORDS = {"captured": "2026-01-14T10:20:30-08:00", "latitude": "33.150000", "longitude": "-119.040000"}


def phash(picture: Picture) -> np.ndarray:
    """imagehash's own 256 bits."""
    return imagehash.phash(Image.fromarray(picture), hash_size=16).hash.ravel()


def drawing(name: str, building: str = "b") -> Drawing:
    """A photograph of a house."""
    return Drawing("building", name, tuple(sorted({**WORDS, "building": building, "kinds": "house villa"}.items())))


def photographs(count: int) -> list[Picture]:
    """Two views each of ``count`` buildings of every kind."""
    kinds = list(KINDS)
    return [photograph(design(f"b{n}", kinds), f"{n}-{view}") for n in range(count) for view in range(2)]


def test_photographs_and_portraits_are_far_apart_for_a_hash_and_alike_from_the_same_seed() -> None:
    pictures = photographs(20)
    pictures += [portrait(person(f"p{n // 2}"), f"s{n}", f"73100{n:02d}") for n in range(20)]
    bits = np.array([phash(each) for each in pictures])
    apart = (bits[:, None] != bits[None]).sum(axis=2) + 256 * np.eye(len(bits), dtype=int)
    assert apart[:40, :40].min() > 60
    assert apart.min() > 31
    assert (photograph(design("b0", list(KINDS)), "0-0") == pictures[0]).all()
    assert (portrait(person("p0"), "s0", "7310000") == pictures[40]).all()


def test_photographs_have_the_tones_of_photographs() -> None:
    """Neither a test pattern (few tones) nor fog (no contrast), and not one picture in another's colours."""
    for picture in photographs(10):
        grey = np.asarray(Image.fromarray(picture).convert("L"))
        assert grey.std() > 18
        assert len(np.unique(grey)) > 120


def test_forms_of_one_template_look_alike_although_they_differ() -> None:
    forms = [form.record(f"f{n}", {"permit": f"25010-10000-{n * 371:05d}", "units": str(n)}) for n in range(6)]
    bits = np.array([phash(each) for each in forms])
    apart = (bits[:, None] != bits[None]).sum(axis=2)[np.triu_indices(6, 1)]
    assert apart.max() <= 60
    assert apart.min() <= 31
    assert not (forms[0] == forms[1]).all()


def test_blank_sheets_have_no_two_hashes_alike_and_the_card_is_always_the_same() -> None:
    bits = [phash(form.blank(f"b{n}")) for n in range(4)]
    assert min((bits[a] != bits[b]).sum() for a in range(4) for b in range(a)) > 31
    assert (form.placeholder() == form.placeholder()).all()


def test_the_fingerprint_is_imagehashs_but_for_a_few_bits() -> None:
    for picture in photographs(8):
        own = np.unpackbits(np.frombuffer(fingerprint(picture), np.uint8)).astype(bool)
        assert (own != phash(picture)).sum() <= 12


def test_distances_are_counted_in_bits() -> None:
    ones = [bytes(32), b"\xff" * 32, b"\x01" + bytes(31)]
    assert distances(ones).tolist() == [[0, 256, 1], [256, 0, 255], [1, 255, 0]]


def test_exif_says_when_and_where_and_stripping_it_leaves_the_pixels() -> None:
    picture = photographs(1)[0]
    data = jpeg.encode(picture, 85, jpeg.exif_of({**WORDS, "comment": "CANARY 1"}, rng("camera")))
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image)
        exif = image.getexif()
        inner, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert inner[0x9003] == "2026:01:14 10:20:30"
    assert inner[0x9011] == "-08:00"
    assert inner[0x9286].endswith(b"CANARY 1")
    assert exif[0x010F]
    assert (gps[1], gps[3]) == ("N", "W")
    assert [float(v) for v in gps[2]] == [33.0, 9.0, 0.0]
    bare = jpeg.without_exif(data)
    with Image.open(io.BytesIO(bare)) as image:
        assert not image.getexif()
        assert (np.asarray(image) == pixels).all()
    assert bare != data


@pytest.mark.parametrize("how", MODIFICATIONS)
def test_a_modified_copy_has_other_bytes_and_a_near_hash(how: str) -> None:
    data = jpeg.encode(photographs(1)[0], 88, jpeg.exif_of(WORDS, rng("camera")))
    changed = derive(data, how, "x.jpg")
    pictures = [Image.open(io.BytesIO(each)) for each in (data, changed)]
    assert changed != data
    if how == "cropped":  # no hash finds it
        share = np.prod(pictures[1].size) / np.prod(pictures[0].size)
        assert 0.6 < share < 0.75
        return
    if how == "mirrored":
        pictures[1] = pictures[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    one, other = (imagehash.phash(each, hash_size=16) for each in pictures)
    assert one - other <= 24


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_cannot_be_read(how: str) -> None:
    broken = derive(jpeg.encode(photographs(1)[0], 88), how, "x.jpg")
    with pytest.raises(OSError), Image.open(io.BytesIO(broken)) as image:  # noqa: PT011  # Pillow raises several kinds
        image.load()


def test_a_unit_gives_the_same_files_whatever_was_drawn_before(tmp_path: Path) -> None:
    both = draw_unit(Unit(tmp_path / "a", (("x/1.jpg", drawing("1"), 0), ("x/2.jpg", drawing("2"), 0))))
    alone = draw_unit(Unit(tmp_path / "b", (("x/2.jpg", drawing("2"), 0),)))
    assert both["x/2.jpg"] == alone["x/2.jpg"]
    assert both["x/1.jpg"].sha256 != both["x/2.jpg"].sha256
    assert (tmp_path / "a" / "x" / "2.jpg").read_bytes() == (tmp_path / "b" / "x" / "2.jpg").read_bytes()


def test_photographs_that_come_out_alike_are_drawn_again(tmp_path: Path) -> None:
    """Two pictures from one seed are the same picture until one of them is drawn again; its copies follow it."""
    planned = {"d/a.jpg": drawing("same"), "d/b.jpg": drawing("same"), "d/c.jpg": Derived("d/b.jpg", "copy")}
    made, distance = make_files(tmp_path, planned, 1, SilentProgress())
    assert distance >= files.CLEARANCE
    assert made["d/a.jpg"].sha256 != made["d/b.jpg"].sha256
    assert made["d/b.jpg"].sha256 == made["d/c.jpg"].sha256
    first = draw_unit(Unit(tmp_path / "again", (("d/a.jpg", drawing("same"), 0),)))
    assert first["d/a.jpg"] == made["d/a.jpg"]
