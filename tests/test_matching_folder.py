"""``dedup match``: pairs among files, each once, with a verdict and what it rests on."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.matching.folder import match_fingerprints
from dedup_assets.matching.tally import SearchError
from dedup_assets.matching.turned import inverse
from dedup_assets.matching.verdict import Judgement

PHOTO = 2**255 - 1


def file(path: str, content: str, number: int = 0, **changes: object) -> dict[str, object]:
    """A fingerprint as the images room gives it."""
    return {
        "path": path, "status": "ok", "reason": None, "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "phash64": f"{number % 2**64:016x}", "phash256": f"{number:064x}", "quality": 80, "low_information": False,
        "width": 640, "height": 480, "media_type": "image/jpeg", **changes,
    }  # fmt: skip


def unreadable(path: str, content: str | None) -> dict[str, object]:
    row = file(
        path, content or "", status="unreadable", phash64=None, phash256=None, quality=None, low_information=None
    )
    return row if content is not None else {**row, "sha256": None}


def short(pairs: object) -> list[tuple[object, ...]]:
    return [(pair["a"], pair["b"], pair["distance"], pair["verdict"]) for pair in pairs]


def test_pairs_across_and_within_folders() -> None:
    files = [
        file("a/1.jpg", "one", PHOTO),
        file("a/2.jpg", "two", PHOTO ^ 0b11),
        file("b/1.jpg", "one", PHOTO),
        file("b/3.jpg", "three", PHOTO ^ (2**32 - 1)),
        file("b/4.jpg", "four", 0),
    ]
    pairs = list(match_fingerprints(files))
    assert short(pairs) == [
        ("a/1.jpg", "a/2.jpg", 2, "undecided"),
        ("a/1.jpg", "b/1.jpg", 0, "exact_file"),
        ("a/2.jpg", "b/1.jpg", 2, "undecided"),
        ("a/2.jpg", "b/3.jpg", 30, "undecided"),
    ]
    assert pairs[0]["evidence"] == {"channels": ["hash"], "distance": 2, "quality_a": 80, "quality_b": 80}
    assert pairs[1]["evidence"] == {"sha256": files[0]["sha256"]}
    json.dumps(pairs)


def test_order_is_that_of_the_input() -> None:
    files = [file(name, name, PHOTO ^ bit) for bit, name in enumerate("zmca")]
    assert [(a, b) for a, b, *_ in short(match_fingerprints(files))] == [
        ("z", "m"), ("z", "c"), ("z", "a"), ("m", "c"), ("m", "a"), ("c", "a"),
    ]  # fmt: skip


def test_files_that_are_no_images() -> None:
    empty = {"phash64": None, "phash256": None}
    files = [
        unreadable("broken", "torn"),
        unreadable("broken again", "torn"),
        unreadable("empty", ""),
        unreadable("empty too", ""),
        {**unreadable("gone", None), "status": "missing"},
        {**unreadable("gone too", None), "status": "missing", **empty},
    ]
    assert short(match_fingerprints(files)) == [("broken", "broken again", 0, "exact_file")]


def test_low_information_only_as_equal_files() -> None:
    files = [file(str(number), content, PHOTO, low_information=True) for number, content in enumerate("aab")]
    assert short(match_fingerprints([*files, file("photo", "p", PHOTO)])) == [("0", "1", 0, "exact_file")]


def test_one_copy_that_could_not_be_decoded() -> None:
    """The decoder gave up on one of two equal files: they are copies all the same, and near to a third one."""
    files = [unreadable("slow", "same"), file("well", "same", PHOTO), file("small", "other", PHOTO ^ 1)]
    assert short(match_fingerprints(files)) == [
        ("slow", "well", 0, "exact_file"),
        ("slow", "small", 1, "undecided"),
        ("well", "small", 1, "undecided"),
    ]


def test_a_path_given_twice_is_one_file() -> None:
    assert not list(match_fingerprints([file("same", "x", PHOTO), file("same", "x", PHOTO)]))


def test_radius() -> None:
    files = [file("a", "a", PHOTO), file("b", "b", PHOTO ^ (2**40 - 1))]
    assert short(match_fingerprints(files, 40)) == [("a", "b", 40, "undecided")]
    assert not list(match_fingerprints(files, 39))
    with pytest.raises(SearchError, match="between 0 and 256"):
        list(match_fingerprints(files, 257))


def test_many_copies_are_capped_and_said() -> None:
    notices: list[str] = []
    files = [file(f"{number:03}", "same", PHOTO) for number in range(60)]
    files += [unreadable(f"torn {number:03}", "torn") for number in range(60)]
    pairs = list(match_fingerprints(files, cap=500, notice=notices.append))
    assert 120 / 2 <= len(pairs) <= 500
    assert notices == [f"3,540 pairs in all, more than 500: only the {len(pairs):,} nearest are given"]
    assert {name for pair in pairs for name in (pair["a"], pair["b"])} == {each["path"] for each in files}
    notices.clear()
    assert len(list(match_fingerprints(files, cap=3_540, notice=notices.append))) == 3_540
    assert not notices


def test_a_judge_sees_each_pair_of_contents_once() -> None:
    asked = []

    class Judge:
        version = "test"

        def __call__(self, candidates):
            for each in candidates:
                asked.append((each.a.sha256, each.b.sha256))
                yield Judgement("same_image", {"inliers": 400})

    files = [file("1", "a", PHOTO), file("2", "b", PHOTO ^ 1), file("3", "a", PHOTO), file("4", "b", PHOTO ^ 1)]
    pairs = list(match_fingerprints(files, judge=Judge()))
    assert [pair["verdict"] for pair in pairs].count("same_image") == 4
    assert [pair["verdict"] for pair in pairs].count("exact_file") == 2
    assert asked == [tuple(sorted([files[0]["sha256"], files[1]["sha256"]]))]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_evidence_is_about_the_files_in_their_own_order(names: tuple[str, str]) -> None:
    """A judge compares contents in the order of digests; ``a`` and ``b`` are files in the order of the input."""

    class Judge:
        version = "test"

        def __call__(self, candidates):
            for each in candidates:
                here, there = (5, 8) if each.a.quality == 11 else (8, 5)
                yield Judgement(
                    "undecided",
                    {
                        "quality_a": each.a.quality, "quality_b": each.b.quality, "frames_a": here, "frames_b": there,
                        "common": [[here, there]], "shown": {"page_a": here, "page_b": there, "form": 3},
                    },
                )  # fmt: skip

    files = {"a": file("a", "one", PHOTO, quality=11), "b": file("b", "other", PHOTO ^ 1, quality=22)}
    (pair,) = match_fingerprints([files[name] for name in names], judge=Judge())
    evidence = pair["evidence"]
    side = {"a": (11, 5), "b": (22, 8)}
    assert (evidence["quality_a"], evidence["frames_a"]) == side[pair["a"]]
    assert (evidence["quality_b"], evidence["frames_b"]) == side[pair["b"]]
    pages = [side[pair["a"]][1], side[pair["b"]][1]]
    assert [list(each) for each in evidence["common"]] == [pages]
    assert [evidence["shown"]["page_a"], evidence["shown"]["page_b"]] == pages
    in_order = files[pair["a"]]["sha256"] < files[pair["b"]]["sha256"]
    assert evidence["shown"]["form"] == (3 if in_order else inverse(3))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["ok", "torn", "blank"])), max_size=12))
def test_every_pair_comes_once(contents: list[tuple[int, str]]) -> None:
    files = []
    for number, (content, kind) in enumerate(contents):
        name = f"{kind}{content}"
        hashed = file(str(number), name, PHOTO ^ (0xFFFFF << (16 * content)), low_information=kind == "blank")
        files.append(unreadable(str(number), name) if kind == "torn" else hashed)
    expected = []
    for second, (_, kind) in enumerate(contents):
        for first in range(second):
            a, b = files[first], files[second]
            apart = (int(a["phash256"] or "0", 16) ^ int(b["phash256"] or "0", 16)).bit_count()
            if a["sha256"] == b["sha256"]:
                expected.append((first, second, 0, "exact_file"))
            elif kind == contents[first][1] == "ok" and apart <= 31:
                expected.append((first, second, apart, "undecided"))
    found = [(int(a), int(b), distance, verdict) for a, b, distance, verdict in short(match_fingerprints(files))]
    assert found == sorted(expected)
