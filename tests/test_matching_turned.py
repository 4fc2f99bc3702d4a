"""Mirrored and turned copies: the forms of a hash from its bits, and the exact search among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dedup_assets.images.decode import open_image
from dedup_assets.images.hashes import hashes
from dedup_assets.images.limits import Limits
from dedup_assets.matching import pigeonhole, turned_search
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.tally import SearchError
from dedup_assets.matching.turned import FORMS, after, inverse, turned
from dedup_assets.matching.turned_search import Turned, find_turned
from matching_kit import Words, flipped, random_words

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = Caps(per_item=10**9, cap=10**9)
forms = st.integers(0, FORMS - 1)


def really_turned(pixels: np.ndarray, form: int) -> np.ndarray:
    """The definition of a form, on pixels."""
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if form >= 4 else pixels, form % 4))


def hash_of(pixels: np.ndarray) -> Words:
    return np.frombuffer(hashes(Image.fromarray(pixels)).phash256, ">u8").astype(np.uint64)[None]


def apart(one: Words, other: Words) -> int:
    return int(np.bitwise_count(one ^ other).sum())


def scene(seed: int, size: tuple[int, int]) -> np.ndarray:
    """Blots of light and shade without any symmetry, as smooth as a photograph."""
    rough = np.random.default_rng(seed).integers(0, 256, (11, 13), dtype=np.uint8)
    return np.asarray(Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC))


@given(forms, forms)
def test_forms_are_composed_on_hashes_as_on_pictures(first: int, second: int) -> None:
    picture = np.arange(12).reshape(3, 4)
    both = after(first, second)
    assert (really_turned(really_turned(picture, first), second) == really_turned(picture, both)).all()
    words = random_words(5, seed=1)
    assert (turned(turned(words, first), second) == turned(words, both)).all()


@given(forms)
def test_a_form_has_a_way_back_and_keeps_distances(form: int) -> None:
    words = random_words(6, seed=2)
    assert (turned(turned(words, form), inverse(form)) == words).all()
    assert apart(turned(words[:1], form), turned(words[1:2], form)) == apart(words[:1], words[1:2])
    assert (turned(words, form) != words).any() == (form > 0)


def test_no_other_forms() -> None:
    with pytest.raises(ValueError, match="0 to 7, not 8"):
        turned(random_words(1, seed=1), 8)


@pytest.mark.parametrize("form", range(1, FORMS))
@pytest.mark.parametrize("size", [(300, 200), (200, 300), (256, 256)])
def test_bits_alone_tell_the_hash_of_a_turned_picture(form: int, size: tuple[int, int]) -> None:
    for seed in range(5):
        pixels = scene(seed, size)
        assert apart(turned(hash_of(pixels), form), hash_of(really_turned(pixels, form))) <= 16
        other = (form + 1) % FORMS
        assert apart(turned(hash_of(pixels), other), hash_of(really_turned(pixels, form))) > 70


@pytest.mark.real
def test_bits_alone_tell_the_hash_of_a_turned_photograph(shared: Path) -> None:
    wrong = []
    for file in sorted((shared / "corpora/bulk/clothing").glob("*.jpg"))[:40]:
        grey = np.asarray(open_image(file.read_bytes(), Limits()).page(0).grey)
        wrong += [apart(turned(hash_of(grey), form), hash_of(really_turned(grey, form))) for form in range(1, FORMS)]
    assert np.mean(np.array(wrong) <= 31) > 0.98
    assert np.median(wrong) <= 8


def plain(words: Words, fresh: np.ndarray, radius: int) -> tuple[dict[tuple[int, int], tuple[int, int]], int]:
    """Every pair with its smallest distance and form, and how many pairs and forms there are."""
    best: dict[tuple[int, int], tuple[int, int]] = {}
    total = 0
    every = [turned(words, form) for form in range(FORMS)]
    for a in range(len(words)):
        for b in range(a + 1, len(words)):
            for form in range(1, FORMS):
                distance = apart(words[a : a + 1], every[form][b : b + 1])
                if distance <= radius and (fresh[a] or fresh[b]):
                    total += 1
                    best[a, b] = min(best.get((a, b), (257, 0)), (distance, form))
    return best, total


def as_dict(found: Turned) -> dict[tuple[int, int], tuple[int, int]]:
    columns = (each.tolist() for each in (found.a, found.b, found.distance, found.form))
    return {(a, b): (distance, form) for a, b, distance, form in zip(*columns, strict=True)}


def family(seed: int, count: int) -> Words:
    """Four pictures in many forms and copies, some equal to one another."""
    rng = np.random.default_rng(seed)
    base = random_words(4, seed)
    words = [
        turned(flipped(base[each : each + 1], np.array([flips]), rng), form)
        for each, flips, form in rng.integers([0, 0, 0], [4, 25, 8], (count, 3)).tolist()
    ]
    return np.concatenate([*words, base, base[:2]])


@given(st.integers(0, 1000), st.sampled_from([1.0, 0.5, 0.1, 0.0]), st.sampled_from([5, 31, 128]), st.booleans())
@settings(deadline=None, max_examples=25)
def test_each_pair_comes_once_with_its_nearest_form(seed: int, share: float, radius: int, bands: bool) -> None:
    words = family(seed, 12)
    fresh = np.random.default_rng(seed).random(len(words)) < share
    with pytest.MonkeyPatch.context() as patch:
        if bands:
            patch.setattr(turned_search, "choose", lambda _: "bands")
            patch.setattr(pigeonhole, "_is_cheaper", lambda *_: radius < 100)
        found = find_turned(words, fresh, radius, EVERYTHING)
    truth, total = plain(words, fresh, radius)
    assert as_dict(found) == truth
    assert found.total == found.kept == total
    assert found.predicted == found.comparisons


def test_new_against_all_finds_what_a_search_of_everything_would() -> None:
    words = family(7, 60)
    whole = as_dict(find_turned(words, np.ones(len(words), dtype=bool)))
    assert len(whole) > 100
    first = np.random.default_rng(0).random(len(words)) < 0.7
    old = np.flatnonzero(first)
    before = as_dict(find_turned(words[first], np.ones(old.size, dtype=bool)))
    parts = {(int(old[a]), int(old[b])): rest for (a, b), rest in before.items()}
    parts |= as_dict(find_turned(words, ~first))
    assert parts == whole


def test_what_is_cut_is_counted() -> None:
    words = np.concatenate([random_words(1, seed=1)] * 30 + [turned(random_words(1, seed=1), 3)] * 30)
    fresh = np.ones(60, dtype=bool)
    whole = find_turned(words, fresh, caps=EVERYTHING)
    cut = find_turned(words, fresh, caps=Caps(per_item=4))
    assert whole.total == cut.total == whole.kept == 900
    assert set(as_dict(cut)) < set(as_dict(whole))
    assert cut.kept == len(cut.a) < 900
    assert set(cut.a.tolist()) == set(range(30))
    # The later ones are the earlier in form 3, and form 1 brings them back.
    assert set(whole.form.tolist()) == {1}


def test_a_search_that_is_too_long_is_refused() -> None:
    with pytest.raises(SearchError, match="budget of 100"):
        find_turned(random_words(50, seed=1), np.ones(50, dtype=bool), budget=100)
