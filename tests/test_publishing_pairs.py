"""The page of pairs that ``dedup match --html`` writes: all in one file, and nothing in it that a name brings."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from dedup_assets.matching.side_by_side import Seen
from dedup_assets.publishing import pair_page as page_module
from dedup_assets.publishing.pair_page import REASONS, in_order_of_interest, pair_page, to_be_drawn
from dedup_assets.publishing.verdict_words import VERDICTS

if TYPE_CHECKING:
    import pytest

HOSTILE = 'x"><script>alert(1)</script>\udcff.jpg'


def jpeg(shade: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((60, 80, 3), shade, np.uint8)).save(out, "JPEG")
    return out.getvalue()


def known(path: str) -> dict[str, Any]:
    return {"path": path, "width": 640, "height": 480, "byte_size": 81_234, "frames": 1, "captured_at": None}


def pair(a: str, b: str, verdict: str = "same_image", distance: int = 4, **evidence: Any) -> dict[str, Any]:
    return {"a": a, "b": b, "verdict": verdict, "distance": distance, "evidence": evidence}


def page_of(pairs: list[dict[str, Any]], drawn: dict[tuple[str, str], Seen] | None = None, **more: Any) -> str:
    files = {path: known(path) for each in pairs for path in (each["a"], each["b"])}
    return pair_page(pairs, files, drawn or {}, len(files), **more)


def test_a_pair_is_shown_with_its_pictures_its_verdict_and_its_reason() -> None:
    found = pair("a/one.jpg", "b/two.jpg", reason="equal_throughout", inliers=412, coarse={"worst": 0.071})
    page = page_of([found], {("a/one.jpg", "b/two.jpg"): Seen(jpeg(10), jpeg(20), jpeg(30))})
    assert page.count('src="data:image/jpeg;base64,') == 3
    for text in ("one.jpg", "two.jpg", "Same image", REASONS["equal_throughout"], "412 points", "0.07 of the contrast"):
        assert text in page
    assert "4 of 256 hash bits differ" in page
    assert "640 x 480 pixels, 81 kB" in page


def test_every_verdict_has_words_and_a_pair_without_pictures_says_so() -> None:
    page = page_of([pair(f"{verdict}.jpg", "other.jpg", verdict) for verdict in VERDICTS])
    for title, meaning in VERDICTS.values():
        assert title in page
        assert meaning in page
    assert "No picture" not in page  # pairs that were not chosen are named and no more
    gone = page_of([pair("a.jpg", "b.jpg")], {("a.jpg", "b.jpg"): Seen(jpeg(1), None, None)})
    assert gone.count("No picture") == 1


def test_nothing_is_loaded_and_no_name_becomes_markup() -> None:
    page = page_of([pair(HOSTILE, "javascript:alert(1)")])
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    page.encode("utf-8")


def test_duplicates_come_first_then_what_people_decide() -> None:
    pairs = [pair(str(n), "x", verdict, n) for n, verdict in enumerate(reversed(list(VERDICTS)))]
    pairs.append(pair("y", "x", "same_image", 0))
    ordered = in_order_of_interest(pairs)
    assert [each["verdict"] for each in ordered] == [
        "exact_file", "exact_pixels", "same_image", "same_image", "same_image_local_change", "undecided",
        "same_template_or_scene", "low_information",
    ]  # fmt: skip
    assert ordered[2]["distance"] == 0


def test_pictures_are_shared_out_among_the_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_DRAWN", 4)
    pairs = [pair(str(n), "x", "same_image", n) for n in range(9)] + [pair("u", "x", "undecided", 30)]
    assert [each["a"] for each in to_be_drawn(pairs)] == ["0", "u", "1", "2"]


def test_what_is_not_shown_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_NAMED", 2)
    page = page_of([pair(str(n), "x") for n in range(5)])
    assert page.count("<li>\n<h3>") == 2
    assert "5 pairs of images that match" in page
    assert "Below are the first 2" in page


def test_no_pairs_is_an_answer() -> None:
    page = pair_page([], {}, {}, 12)
    assert "0 pairs of images that match" in page
    assert "12 images were compared" in page
    assert "No two of them match" in page
