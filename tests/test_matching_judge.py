"""Verification from end to end: files in, verdicts out, with worker processes, places, units and the shelf."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from dedup_assets.engines import InlineEngine, LocalEngine, SilentProgress
from dedup_assets.images.limits import Limits
from dedup_assets.matching.folder_match import FolderMatch
from dedup_assets.matching.pixel_judge import PixelJudge
from dedup_assets.matching.verdict import Candidate, PagePair, Side
from dedup_assets.matching.verification_unit import packed, unpacked, verify_unit
from dedup_assets.sample.pictures import form
from dedup_assets.sample.pictures.building import KINDS, design
from dedup_assets.sample.pictures.photograph import photograph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMITS = Limits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs of two houses, copies of the first in every way, two forms and a plan set of both."""
    root = tmp_path_factory.mktemp("photos")
    one, other = (Image.fromarray(photograph(design(f"b{n}", list(KINDS)), f"{n}-0")) for n in range(2))
    one.save(root / "one.jpg", quality=92)
    other.save(root / "other.jpg", quality=92)
    one.save(root / "again.jpg", quality=55)
    one.resize((one.width // 2, one.height // 2)).save(root / "small.png")
    one.transpose(Image.Transpose.ROTATE_90).save(root / "turned.jpg", quality=88)
    wide, tall = one.size
    one.crop((wide // 8, tall // 8, wide, tall)).save(root / "cut.jpg", quality=88)
    Image.fromarray(np.asarray(Image.open(root / "one.jpg"))).save(root / "pixels.png")
    forms = [Image.fromarray(form.record("f", {"permit": f"25010-10000-0037{n}"})) for n in (1, 2)]
    forms[0].save(root / "form.png")
    forms[1].save(root / "form of another.png")
    forms[0].copy().save(root / "set.tif", save_all=True, append_images=[forms[1].copy()])
    (root / "again.txt").write_text("no image")
    return root


@pytest.fixture(scope="module")
def found(folder: Path) -> Iterator[tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]]]:
    with LocalEngine(2, 3 * 1024**3, 600) as engine:
        match = FolderMatch([folder], engine, LIMITS, SilentProgress(), lambda _: None)
        pairs = {frozenset(pair[side].rsplit("/", 1)[1] for side in "ab"): pair for pair in match.pairs(31)}
        yield match, pairs


COPIES = ("again.jpg", "small.png", "turned.jpg", "cut.jpg")


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_the_same_image(found: tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]], copy: str) -> None:
    pair = found[1][frozenset({"one.jpg", copy})]
    assert pair["verdict"] == "same_image", pair["evidence"]


def test_equal_pixels_in_another_format_are_exact(
    found: tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]],
) -> None:
    assert found[1][frozenset({"one.jpg", "pixels.png"})]["verdict"] == "exact_pixels"


def test_another_house_and_another_form_are_no_duplicates(
    found: tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]],
) -> None:
    automatic = {"exact_file", "exact_pixels", "same_image"}
    duplicates = {names for names, pair in found[1].items() if pair["verdict"] in automatic}
    assert all("other.jpg" not in names and "form of another.png" not in names for names in duplicates)
    forms = found[1][frozenset({"form.png", "form of another.png"})]
    assert forms["verdict"] == "same_template_or_scene", forms["evidence"]


def test_a_page_that_two_files_have_in_common_is_for_people(
    found: tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]],
) -> None:
    pair = found[1][frozenset({"form.png", "set.tif"})]
    assert (pair["verdict"], pair["evidence"]["reason"]) == ("undecided", "pages_in_common")
    second = found[1][frozenset({"form of another.png", "set.tif"})]["evidence"]
    assert [1] in (each[:1] for each in second["common"]) or [1] in (each[1:] for each in second["common"])


def test_pictures_of_a_pair_are_drawn_the_turned_one_too(
    found: tuple[FolderMatch, dict[frozenset[str], dict[str, Any]]],
) -> None:
    match, pairs = found
    wanted = [pairs[frozenset({"one.jpg", name})] for name in ("turned.jpg", "again.jpg")]
    for seen in match.drawn(wanted).values():
        assert all(part and part.startswith(b"\xff\xd8") for part in seen)


def test_what_cannot_be_compared_is_counted(found: tuple[FolderMatch, object]) -> None:
    assert found[0].unread == 1


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def candidate(a: Path, b: Path) -> Candidate:
    low, high = sorted((content(a), content(b)))
    return Candidate(Side(low), Side(high), (PagePair(0, 0, "hash", 0, 3),))


def judge(folder: Path, **more: Any) -> PixelJudge:
    def places(wanted: Any) -> dict[str, list[tuple[str | None, str]]]:
        return {content(path): [(str(folder), path.name)] for path in folder.iterdir() if content(path) in wanted}

    return PixelJudge(InlineEngine(), LIMITS, places, **more)


def test_a_candidate_survives_its_way_to_a_worker() -> None:
    given = Candidate(
        Side("a", 3, 2, None), Side("b", 1, 1, 50), (PagePair(0, 2, "turned", 5, 11), PagePair(1, 0, "local", 0, 90, 7))
    )
    assert unpacked(packed(given)) == given


def test_units_and_shelf_change_no_verdict_and_what_is_written_is_not_done_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [candidate(folder / "one.jpg", folder / name) for name in ("again.jpg", "small.png")]
    plain = list(judge(folder)(asked))
    kept = judge(folder, units=tmp_path / "units", shelf=tmp_path / "shelf")
    assert list(kept(asked)) == plain
    assert len(list((tmp_path / "shelf").rglob("*.picture"))) == 3
    monkeypatch.setattr("dedup_assets.matching.verification_unit.judge_contents", None)  # nothing is compared again
    assert list(kept(asked)) == plain
    monkeypatch.undo()
    for unit in (tmp_path / "units").iterdir():
        unit.unlink()
    assert list(kept(asked)) == plain  # from the shelf
    kept.forget()
    assert not (tmp_path / "units").exists()


def test_an_image_that_is_gone_leaves_the_pair_to_people(folder: Path, tmp_path: Path) -> None:
    asked = candidate(folder / "one.jpg", folder / "again.jpg")
    found = next(judge(tmp_path)([asked]))
    assert (found.verdict, found.evidence["reason"]) == ("undecided", "image_gone")


def test_a_pair_that_killed_a_worker_is_left_to_people(folder: Path) -> None:
    asked = candidate(folder / "one.jpg", folder / "again.jpg")
    unit = {"items": [packed(asked)], "places": {}, "limits": LIMITS.as_dict(), "shelf": None, "lost": "crashed"}
    verdict, evidence = verify_unit(unit)["rows"][0]
    assert verdict == "undecided"
    assert '"reason":"crashed"' in evidence
