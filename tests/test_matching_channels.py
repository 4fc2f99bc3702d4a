"""Candidate pages: two radii, pages of one content, deliveries in any order, and all channels in one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.matching import pigeonhole
from dedup_assets.matching.channels import HASH, LOCAL, TURNED, Alike, Candidates, PageSet, find_candidates
from dedup_assets.matching.hashes import collapse
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.near_pages import find_near
from dedup_assets.matching.search import find_pairs
from dedup_assets.matching.tally import Population, SearchError
from dedup_assets.matching.turned import turned
from matching_kit import Words, flipped, random_words

EVERYTHING = Caps(per_item=10**9, cap=10**9)
RADII = (31, 60)
Pairs = dict[tuple[int, int], int]


def pages_of(seed: int, count: int) -> PageSet:
    """Pages near one of four pictures, many of them equal; every second a photograph; one to four to a content."""
    rng = np.random.default_rng(seed)
    words = flipped(random_words(4, seed)[rng.integers(0, 4, count)], rng.integers(0, 40, count), rng)
    words[rng.random(count) < 0.2] = words[:1]
    return PageSet.all_new(words, rng.random(count) < 0.5, np.sort(rng.integers(0, 2 * count // 3 + 1, count)))


def plain(pages: PageSet) -> Pairs:
    found = {}
    for a in range(len(pages.words)):
        for b in range(a + 1, len(pages.words)):
            distance = int(np.bitwise_count(pages.words[a] ^ pages.words[b]).sum())
            radius = RADII[int(pages.photograph[a] and pages.photograph[b])]
            new = pages.fresh[a] or pages.fresh[b]
            if new and pages.content[a] != pages.content[b] and distance <= radius:
                found[a, b] = distance
    return found


def as_dict(a: np.ndarray, b: np.ndarray, distance: np.ndarray) -> Pairs:
    return dict(zip(zip(a.tolist(), b.tolist(), strict=True), distance.tolist(), strict=True))


@given(st.integers(0, 1000), st.integers(0, 60))
@settings(deadline=None, max_examples=40)
def test_hash_pairs_are_all_pairs_within_their_radius(seed: int, count: int) -> None:
    pages = pages_of(seed, count)
    near, truth = find_near(pages, RADII, EVERYTHING), plain(pages)
    assert as_dict(near.a, near.b, near.distance) == truth
    assert near.degree.tolist() == np.bincount([page for pair in truth for page in pair], minlength=count).tolist()
    assert near.histogram.tolist() == np.bincount(list(truth.values()), minlength=61).tolist()


@pytest.mark.parametrize(
    ("method", "share", "radii"), [("bands", 1.0, (31, 60)), ("bands", 0.2, (31, 60)), ("sql", 0.2, (7, 31))]
)
def test_methods_agree_on_two_radii(method: str, share: float, radii: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    words = random_words(250, seed=5, near=0.3, alike=0.2)
    classes = collapse(np.concatenate([words, words[:50]]), rng.random(300) < 0.5)
    wide = rng.random(len(classes.words)) < 0.5
    fresh = np.minimum(classes.weights, rng.random(len(classes.words)) < share)
    population = Population(classes.words, classes.weights, fresh, np.zeros_like(fresh), wide)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pigeonhole, "_is_cheaper", lambda *_: True)
        found = find_pairs(population, radii[0], EVERYTHING, wide_radius=radii[1], method=method)  # type: ignore[arg-type]
    truth = find_pairs(population, radii[0], EVERYTHING, wide_radius=radii[1], method="brute force")
    assert {(d > radii[0], bool(w)) for d, w in zip(truth.distance, wide[truth.a] & wide[truth.b], strict=True)} >= {
        (True, True), (False, False)
    }  # fmt: skip
    for name in ("a", "b", "distance", "degree", "histogram"):
        assert getattr(found, name).tolist() == getattr(truth, name).tolist(), name


def test_the_wide_radius_is_the_wider() -> None:
    with pytest.raises(SearchError, match="between 31 and 256 bits, not 20"):
        find_pairs(Population.all_new(random_words(2, 1), np.ones(2, np.int64)), 31, wide_radius=20)


@given(st.integers(0, 1000), st.sampled_from([EVERYTHING, Caps(per_item=3), Caps(per_item=50, cap=40)]))
@settings(deadline=None, max_examples=40)
def test_deliveries_one_after_the_other_give_what_one_search_gives(seed: int, caps: Caps) -> None:
    pages = pages_of(seed, 60)
    whole = find_near(pages, RADII, caps)
    came = np.random.default_rng(seed).integers(0, 3, 100)[pages.content]
    stored: Pairs = {}
    degree, total = np.zeros(60, dtype=np.int64), 0
    for delivery in range(3):
        here = np.flatnonzero(came <= delivery)
        place = {page: number for number, page in enumerate(here.tolist())}
        known = np.array([[place[a], place[b], d] for (a, b), d in stored.items()], dtype=np.int64).reshape(-1, 3)
        near = find_near(
            PageSet(
                pages.words[here],
                pages.photograph[here],
                came[here] == delivery,
                pages.content[here],
                degree=degree[here],
                known=(known[:, 0].astype(np.uint32), known[:, 1].astype(np.uint32), known[:, 2].astype(np.uint16)),
            ),
            RADII,
            caps,
        )
        degree[here], total = near.degree, total + near.total
        for a, b in zip(*(here[each].tolist() for each in near.dropped), strict=True):
            del stored[a, b]
        stored |= as_dict(here[near.a], here[near.b], near.distance)
    assert stored == as_dict(whole.a, whole.b, whole.distance)
    assert degree.tolist() == whole.degree.tolist()
    assert total == whole.total


def test_what_the_cap_cuts_is_said() -> None:
    pages = pages_of(1, 120)
    found = find_candidates(pages, caps=Caps(per_item=2))
    assert found.reports["hash"].total == len(plain(pages))
    assert found.reports["hash"].kept == found.of(HASH).size < len(plain(pages))
    assert found.reports["hash"].truncated
    assert not find_candidates(pages, caps=EVERYTHING).reports["hash"].truncated


def three_ways(features: bytes) -> PageSet:
    """A photograph (0), its mirror (1), a form (2) in the mirror's place, and two that share features (3, 4)."""
    words = random_words(4, seed=9)
    words = np.concatenate([words[:1], turned(words[:1], 4), turned(words[:1], 4), words[1:3]])
    features_of = [None, None, None, features, features]
    return PageSet.all_new(words, np.array([True, True, False, True, True]), np.arange(5), features_of)


def test_all_channels_in_one(strong_features: bytes) -> None:
    pages = three_ways(strong_features)
    found = find_candidates(pages)
    rows = {(a, b): row for a, b, row in found.rows()}
    assert rows[0, 1] == Alike("turned", 4, 0, 0)
    assert rows[1, 2] == Alike("hash", 0, 0, 0)
    assert rows[3, 4].channel == "local"
    assert rows[3, 4].votes >= 3
    assert rows[3, 4].distance == np.bitwise_count(pages.words[3] ^ pages.words[4]).sum()
    assert len(rows) == 3
    assert [found.of(channel).size for channel in (HASH, TURNED, LOCAL)] == [1, 1, 1]
    assert found.reports["turned"].total == 1


@pytest.fixture
def strong_features() -> bytes:
    from dedup_assets.images.features import local_features

    rough = np.random.default_rng(1).integers(0, 256, (40, 50), dtype=np.uint8)
    return local_features(np.kron(rough, np.ones((7, 7), np.uint8)))


def test_only_new_pages_and_only_photographs_are_looked_at(strong_features: bytes) -> None:
    pages = three_ways(strong_features)
    old = replace(pages, fresh=np.array([False, False, True, False, False]), degree=np.zeros(5, dtype=np.int64))
    assert [(a, b) for a, b, _ in find_candidates(old).rows()] == [(1, 2)]
    drawn = replace(pages, photograph=np.zeros(5, dtype=bool))
    assert [(a, b) for a, b, _ in find_candidates(drawn).rows()] == [(1, 2)]
    one_file = replace(pages, content=np.zeros(5, dtype=np.int64))
    assert not list(find_candidates(one_file).rows())


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare(count: int) -> None:
    found: Candidates = find_candidates(pages_of(1, count))
    assert not list(found.rows())
    assert found.degree.tolist() == [0] * count


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        PageSet.all_new(random_words(3, 1), np.ones(2, dtype=bool), np.arange(3))


def test_little_is_compared_without_heavy_imports() -> None:
    program = (
        "import sys, numpy as np; from dedup_assets.matching.channels import PageSet, find_candidates;"
        "find_candidates(PageSet.all_new(np.eye(200, 4, dtype=np.uint64), np.ones(200, bool), np.arange(200)));"
        "print(sorted({'duckdb', 'numba', 'pandas', 'pyarrow', 'dagster', 'scipy', 'cv2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_pair_of_words_is_what_it_says() -> None:
    words: Words = random_words(2, seed=1)
    found = find_candidates(PageSet.all_new(words, np.zeros(2, dtype=bool), np.arange(2)), radius=256)
    assert [row.distance for *_, row in found.rows()] == [int(np.bitwise_count(words[0] ^ words[1]).sum())]
