"""From pages to files: what several pages together mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup_assets.matching.page_verdicts import frames_that_count, judge_contents
from dedup_assets.matching.verdict import DUPLICATE, Candidate, Judgement, PagePair, Side, Verdict

Verdicts = dict[tuple[int, int, int], Verdict]


def candidate(frames: tuple[int, int], *pages: PagePair, held: tuple[int, int] | None = None) -> Candidate:
    """Two files with so many pages each, all of them held unless said otherwise."""
    held = held or frames
    return Candidate(Side("a" * 64, frames[0], held[0], 90), Side("b" * 64, frames[1], held[1], 80), pages)


def judged(asked: Candidate, known: Verdicts) -> Judgement:
    """The judgement when pages (a, b, form) are what ``known`` says; all others are different pictures."""

    def look(pair: PagePair) -> Judgement:
        verdict = known.get((pair.page_a, pair.page_b, pair.form), "same_template_or_scene")
        return Judgement(verdict, {"reason": f"{pair.page_a}-{pair.page_b}-{pair.form}"})

    return judge_contents(asked, look)


def test_two_photographs_are_what_their_only_pages_are() -> None:
    found = judged(candidate((1, 1), PagePair(0, 0, "hash", 0, 7)), {(0, 0, 0): "same_image"})
    assert found.verdict == "same_image"
    assert found.evidence == {
        "channels": ["hash"], "distance": 7, "quality_a": 90, "quality_b": 80, "reason": "0-0-0",
    }  # fmt: skip


def test_of_several_ways_to_lay_one_on_the_other_the_strongest_verdict_counts_and_says_which_it_was() -> None:
    pairs = (PagePair(0, 0, "local", 0, 120, 9), PagePair(0, 0, "turned", 4, 12))
    found = judged(candidate((1, 1), *pairs), {(0, 0, 4): "same_image", (0, 0, 0): "undecided"})
    assert found.verdict == "same_image"
    assert found.evidence["shown"] == {"page_a": 0, "page_b": 0, "form": 4}
    assert found.evidence["channels"] == ["local", "turned"]
    assert (found.evidence["distance"], found.evidence["votes"]) == (12, 9)


@pytest.mark.parametrize(("channel", "verdict"), [("local", "same_template_or_scene"), ("hash", "undecided")])
def test_one_place_photographed_again_is_no_work_for_people(channel: str, verdict: Verdict) -> None:
    """What only corners and windows have brought together, and pixels leave open; a near hash is another matter."""
    asked = candidate((1, 1), PagePair(0, 0, channel, 0, 40, 9))  # type: ignore[arg-type]  # a word of the channels
    found = judge_contents(asked, lambda _: Judgement("undecided", {"reason": "between_same_and_different"}))
    assert found.verdict == verdict


@pytest.mark.parametrize(("cover", "verdict"), [(1.0, "same_template_or_scene"), (0.7, "same_image_local_change")])
def test_a_change_in_a_whole_picture_is_found_by_its_hash_or_is_another_picture(cover: float, verdict: Verdict) -> None:
    asked = candidate((1, 1), PagePair(0, 0, "local", 0, 116, 11))
    evidence = {"reason": "differs_in_places", "coarse": {"cover_first": cover, "cover_second": 1.0}}
    assert judge_contents(asked, lambda _: Judgement("same_image_local_change", evidence)).verdict == verdict


SAME: Verdicts = {(page, page, 0): "same_image" for page in range(3)}


def test_documents_are_duplicates_when_every_page_is() -> None:
    assert judged(candidate((3, 3), PagePair(1, 1)), SAME).verdict == "same_image"
    exact: Verdicts = dict.fromkeys(SAME, "exact_pixels")
    assert judged(candidate((3, 3), PagePair(1, 1)), exact).verdict == "exact_pixels"
    blank: Verdicts = {**SAME, (2, 2, 0): "low_information"}
    assert judged(candidate((3, 3), PagePair(1, 1)), blank).verdict == "same_image"


@pytest.mark.parametrize("frames", [(3, 3), (3, 4), (1, 3)])
def test_one_page_in_common_is_for_people(frames: tuple[int, int]) -> None:
    found = judged(candidate(frames, PagePair(0, 0), PagePair(0, 2)), {(0, 0, 0): "exact_pixels"})
    assert (found.verdict, found.evidence["reason"]) == ("undecided", "pages_in_common")
    assert found.evidence["common"] == [[0, 0]]


def test_pages_beyond_the_cap_were_not_compared() -> None:
    found = judged(candidate((5, 5), PagePair(0, 0), held=(3, 3)), SAME)
    assert (found.verdict, found.evidence["reason"], found.evidence["pages"]) == ("undecided", "pages_not_compared", 3)


def test_documents_of_blank_pages_only_are_no_duplicates() -> None:
    blank: Verdicts = dict.fromkeys(SAME, "low_information")
    assert judged(candidate((3, 3), PagePair(0, 0)), blank).verdict == "low_information"


def test_the_second_picture_of_a_camera_jpeg_does_not_count() -> None:
    assert frames_that_count("image/jpeg", 2) == 1
    assert frames_that_count("image/tiff", 2) == 2
    assert frames_that_count("image/png", None) == 1


WORDS = st.sampled_from(["exact_pixels", "same_image", "undecided", "low_information", "same_template_or_scene"])


@given(frames=st.tuples(st.integers(2, 4), st.integers(2, 4)), words=st.lists(WORDS, min_size=4, max_size=4))
def test_documents_are_never_duplicates_when_a_page_is_another(frames: tuple[int, int], words: list[Verdict]) -> None:
    known: Verdicts = {(page, page, 0): word for page, word in enumerate(words)}
    pairs = [PagePair(page, page) for page in range(min(frames))]
    verdict = judged(candidate(frames, *pairs), known).verdict
    seen = words[: min(frames)]
    alike = frames[0] == frames[1] and all(word in DUPLICATE or word == "low_information" for word in seen)
    assert (verdict in DUPLICATE) == (alike and any(word in DUPLICATE for word in seen))
