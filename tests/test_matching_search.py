"""The search finds every pair, whatever its method, its skew, its caps and the order in which hashes came."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.matching import brute, pigeonhole, search
from dedup_assets.matching.balls import find_balls
from dedup_assets.matching.hashes import collapse, from_hex
from dedup_assets.matching.keep import Caps, limit_of
from dedup_assets.matching.plan import make_plan, pairs_by_distance, values
from dedup_assets.matching.search import find_pairs
from dedup_assets.matching.tally import Found, Population, SearchError
from matching_kit import Words, as_words, flipped, plain_kept, plain_pairs, random_words

EVERYTHING = Caps(per_item=10**9, cap=10**9)
RADII = [8, 15, 31, 47, 60]


def population(words: Words) -> Population:
    classes = collapse(words)
    return Population.all_new(classes.words, classes.weights)


def triples(found: Found) -> list[tuple[int, int, int]]:
    return list(zip(found.a.tolist(), found.b.tolist(), found.distance.tolist(), strict=True))


def assert_same(found: Found, truth: Found) -> None:
    assert triples(found) == triples(truth)
    assert found.histogram.tolist() == truth.histogram.tolist()
    assert found.degree.tolist() == truth.degree.tolist()


@pytest.fixture
def always_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands even where comparing all with all would be cheaper, so that small sets test them."""
    monkeypatch.setattr(pigeonhole, "_is_cheaper", lambda *_: True)


@st.composite
def close_hashes(draw: st.DrawFn) -> Words:
    """A few hashes, most of them a few bits from one of three; equal ones and opposite ones among them."""
    centres = draw(st.lists(st.integers(0, 2**256 - 1), min_size=1, max_size=3))
    numbers = []
    for _ in range(draw(st.integers(0, 25))):
        number = draw(st.sampled_from(centres))
        for bit in draw(st.lists(st.integers(0, 255), max_size=12)):
            number ^= 1 << bit
        numbers.append(number ^ (2**256 - 1) if draw(st.integers(0, 9)) == 0 else number)
    return as_words(numbers)


@given(close_hashes(), st.integers(0, 256))
@settings(deadline=None)
def test_brute_force_is_plain_counting(words: Words, radius: int) -> None:
    classes = collapse(words)
    found = find_pairs(Population.all_new(classes.words, classes.weights), radius, EVERYTHING, method="brute force")
    assert triples(found) == plain_pairs(classes.words, radius)
    # Degrees and histogram count items, not hashes.
    of_items = plain_pairs(words[classes.order], radius)
    assert found.histogram.tolist() == np.bincount([d for *_, d in of_items], minlength=radius + 1).tolist()
    degree = np.bincount([item for pair in of_items for item in pair[:2]], minlength=len(words))
    assert np.repeat(found.degree, classes.weights).tolist() == degree.tolist()


@given(close_hashes(), st.sampled_from([0, 1, 7, 15, 16, 31, 47, 60, 200]))
@settings(deadline=None, max_examples=40)
def test_bands_agree_on_small_sets(words: Words, radius: int) -> None:
    truth = find_pairs(population(words), radius, EVERYTHING, method="brute force")
    assert_same(find_pairs(population(words), radius, EVERYTHING, method="bands"), truth)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pigeonhole, "_is_cheaper", lambda *_: True)
        assert_same(find_pairs(population(words), radius, EVERYTHING, method="bands"), truth)


@given(close_hashes(), st.sampled_from([0, 15, 16, 31, 48]))
@settings(deadline=None, max_examples=5)
def test_sql_agrees_on_small_sets(words: Words, radius: int) -> None:
    truth = find_pairs(population(words), radius, EVERYTHING, method="brute force")
    assert_same(find_pairs(population(words), radius, EVERYTHING, method="sql"), truth)


@pytest.mark.parametrize("radius", RADII)
@pytest.mark.parametrize("alike", [0.0, 0.05], ids=["random", "skewed"])
@pytest.mark.usefixtures("always_bands")
def test_bands_equal_brute_force(radius: int, alike: float) -> None:
    words = population(random_words(6_000, seed=radius, alike=alike))
    truth = find_pairs(words, radius, EVERYTHING, method="brute force")
    assert len(truth.a) > 30
    assert_same(find_pairs(words, radius, EVERYTHING, method="bands", threads=2), truth)


def test_thirty_thousand() -> None:
    words = population(random_words(30_000, seed=3, alike=0.05))
    truth = find_pairs(words, 31, method="brute force")
    found = find_pairs(words, 31, method="bands")
    assert found.total == truth.total > 1_000_000
    assert_same(found, truth)
    assert found.comparisons == found.predicted < truth.comparisons / 5


@pytest.mark.parametrize(("radius", "alike"), [(15, 0.05), (31, 0.0), (31, 0.05), (47, 0.05)])
def test_sql_equals_brute_force(radius: int, alike: float) -> None:
    words = population(random_words(3_000, seed=radius, alike=alike))
    found = find_pairs(words, radius, EVERYTHING, method="sql")
    assert_same(found, find_pairs(words, radius, EVERYTHING, method="brute force"))


def test_balls_are_taken_apart() -> None:
    """Two crowds, 20 bits from one another, in a random lot."""
    rng = np.random.default_rng(4)
    lot = random_words(6_000, seed=1)
    centres = np.concatenate([lot[:1], flipped(lot[:1], np.array([20]), rng)])
    crowds = [flipped(np.repeat(centre[None], 1_500, axis=0), rng.integers(0, 10, 1_500), rng) for centre in centres]
    words = population(np.concatenate([lot, *crowds]))
    ball = find_balls(words.words, 31)
    sizes = np.bincount(ball)[1:]
    assert len(sizes) == 2
    assert sizes.min() > 1_000
    for number in (1, 2):
        inside = words.words[ball == number]
        assert (np.bitwise_count(inside ^ inside[0]).sum(axis=1, dtype=int) <= 31).all()
    assert_same(find_pairs(words, method="bands"), find_pairs(words, method="brute force"))
    assert not find_balls(lot, 31).any()


@pytest.mark.parametrize(("method", "threads"), [("brute force", 1), ("bands", 1), ("bands", 3), ("sql", 1)])
@pytest.mark.parametrize("caps", [Caps(3, 10**9), Caps(50, 2_000), Caps(50, 1)], ids=["per item", "cap", "least"])
def test_totals_are_exact_and_the_nearest_are_kept(
    method: search.Method, caps: Caps, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A small pool, so that pairs are thrown out while the search goes on.
    monkeypatch.setattr("dedup_assets.matching.tally.POOL", 500)
    monkeypatch.setattr("dedup_assets.matching.pigeonhole.BUFFER", 1)
    words = population(random_words(1_200, seed=5, alike=0.5))
    everything = find_pairs(words, 31, EVERYTHING, method="brute force")
    limit = limit_of(everything.degree, words.weights, caps)
    assert {3: limit == 3, 50: limit < 50}[caps.per_item]
    found = find_pairs(words, 31, caps, method=method, threads=threads)
    assert found.total == everything.total
    assert found.histogram.tolist() == everything.histogram.tolist()
    assert found.degree.tolist() == everything.degree.tolist()
    assert set(triples(found)) == plain_kept(triples(everything), limit)
    assert len(found.a) < len(everything.a)


@pytest.mark.parametrize("method", ["brute force", "bands", "sql"])
@pytest.mark.parametrize("new_share", [0.01, 0.6])
@pytest.mark.usefixtures("always_bands")
def test_new_against_all_gives_what_is_missing(
    method: search.Method, new_share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old pairs and the pairs of the new items together are the pairs of all, counts and degrees included."""
    monkeypatch.setattr("dedup_assets.matching.balls.FEWEST", 50)  # some of the pairs lie in a ball
    rng = np.random.default_rng(11)
    words = random_words(1_500, seed=7, alike=0.3)
    # Around the ball, near to some of its members.
    around = flipped(np.repeat(words[:1], 150, axis=0), rng.integers(14, 32, 150), rng)
    words = np.concatenate([words, around])
    words = words[rng.integers(0, len(words), 2_500)]  # many items with one hash, some new and some old
    classes = collapse(words)
    new = np.add.reduceat(rng.random(len(words)) < new_share, classes.starts[:-1]).astype(np.int64)
    everything = find_pairs(Population.all_new(classes.words, classes.weights), 31, EVERYTHING, method="brute force")

    present = classes.weights > new
    old = find_pairs(
        Population.all_new(classes.words[present], (classes.weights - new)[present]), 31, EVERYTHING, method=method
    )
    degree = np.zeros(len(new), dtype=np.int64)
    degree[present] = old.degree
    added = find_pairs(Population(classes.words, classes.weights, new, degree), 31, EVERYTHING, method=method)

    assert (old.histogram + added.histogram).tolist() == everything.histogram.tolist()
    assert added.degree.tolist() == everything.degree.tolist()
    number = np.flatnonzero(present)
    before = {(int(number[a]), int(number[b]), d) for a, b, d in triples(old)}
    assert before | set(triples(added)) == set(triples(everything))
    assert all(new[a] or new[b] for a, b, _ in triples(added))


@pytest.mark.parametrize("alike", [0.0, 0.4], ids=["random", "skewed"])
@pytest.mark.parametrize("radius", [0, 8, 31, 60, 90])
def test_thresholds_leave_no_pair_unseen(radius: int, alike: float) -> None:
    """A pair that every band misses differs in more than the radius, however its differing bits are spread."""
    words = random_words(2_000, seed=radius, alike=alike)
    for right in (None, random_words(3_000, seed=1)):
        bands = make_plan(words, right, radius).bands
        assert sum(band.threshold + 1 for band in bands) == radius + 1
        bits = np.array([band.bits for band in bands])
        assert np.bitwise_count(bits).sum(axis=1).tolist() == [band.width for band in bands]
        assert np.bitwise_count(np.bitwise_or.reduce(bits)).sum() == np.bitwise_count(bits).sum()  # they are disjoint


@pytest.mark.parametrize(("start", "width"), [(0, 16), (57, 15), (120, 20), (240, 16), (63, 2), (64, 1)])
def test_band_values_and_buckets(start: int, width: int) -> None:
    from dedup_assets.matching.kernel import Buckets, sort_into_buckets

    words = random_words(500, seed=start)
    number = [sum(int(word) << (64 * place) for place, word in enumerate(row)) for row in words]
    expected = [(each >> start) % 2**width for each in number]
    assert values(words, start, width).tolist() == expected
    out = Buckets(np.empty((4, 500), np.uint64), np.empty(500, np.uint32), np.empty(2**width + 1, np.int64))
    sort_into_buckets(words, start, width, out)
    order = sorted(range(500), key=lambda row: (expected[row], row))
    assert out.ids.tolist() == order
    assert (words[order] == out.columns.T).all()
    assert np.diff(out.starts).tolist() == np.bincount(expected, minlength=2**width).tolist()


@given(st.lists(st.integers(0, 31), max_size=30), st.lists(st.integers(0, 31), max_size=30))
def test_pairs_by_band_distance_are_exact(left: list[int], right: list[int]) -> None:
    one, other = (np.bincount(np.array(side, dtype=np.int64), minlength=32) for side in (left, right))
    between = [(a ^ b).bit_count() for a in left for b in right]
    within = [(a ^ b).bit_count() for place, a in enumerate(left) for b in left[:place]]
    assert pairs_by_distance(one, other) == [between.count(distance) for distance in range(6)]
    assert pairs_by_distance(one, None) == [within.count(distance) for distance in range(6)]


def test_method_follows_size_and_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    words = population(random_words(500, seed=2))
    assert find_pairs(words).method == "brute force"
    monkeypatch.setattr(search, "SMALL", 1_000)
    assert find_pairs(words).method == "bands"
    monkeypatch.setattr(search, "find_spec", lambda _: None)
    assert find_pairs(words).method == "sql"


@pytest.mark.parametrize("method", ["brute force", "bands", "sql"])
def test_what_takes_too_long_is_refused(method: search.Method, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("brute", "pigeonhole"):
        monkeypatch.setattr(f"dedup_assets.matching.{module}.search", lambda *_: pytest.fail("searched nevertheless"))
    with pytest.raises(SearchError, match=r"more than its budget of 10:.*smaller radius"):
        find_pairs(population(random_words(500, seed=2)), 31, method=method, budget=10)


@pytest.mark.parametrize("method", ["brute force", "bands", "sql"])
@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare(method: search.Method, count: int) -> None:
    found = find_pairs(population(random_words(count, seed=0)), 31, method=method)
    assert (found.total, found.comparisons, len(found.a)) == (0, 0, 0)


def test_bad_questions() -> None:
    words = population(random_words(10, seed=0))
    for radius in (-1, 257):
        with pytest.raises(SearchError, match="between 0 and 256"):
            find_pairs(words, radius)
    with pytest.raises(ValueError, match="at least 1"):
        Caps(per_item=0)
    with pytest.raises(ValueError, match="64 hexadecimal digits, not 16"):
        from_hex(["8" * 16])
    with pytest.raises(ValueError, match="something else"):
        from_hex(["g" * 64])


def test_hex_is_ordered_like_its_words() -> None:
    texts = [f"{number:064x}" for number in (2**255, 1, 2**64, 0)]
    assert [texts[each] for each in collapse(from_hex(texts)).order] == sorted(texts)


@given(
    st.lists(st.integers(0, 30), max_size=20),
    st.lists(st.integers(0, 30), max_size=20),
    st.integers(1, 10),
    st.integers(1, 60),
)
def test_the_limit_only_falls_as_pairs_are_added(before: list[int], added: list[int], per_item: int, cap: int) -> None:
    size = max(len(before), len(added))
    degree = np.array(before + [0] * (size - len(before)), dtype=np.int64)
    more = degree + np.array(added + [0] * (size - len(added)), dtype=np.int64)
    caps = Caps(per_item, cap)
    limit = limit_of(degree, None, caps)
    assert limit_of(more, None, caps) <= limit <= per_item
    assert limit == 1 or np.minimum(degree, limit).sum() <= cap or degree.sum() // 2 <= cap


def test_brute_force_counts_its_comparisons() -> None:
    words = population(random_words(100, seed=0))
    assert brute.comparisons(words) == 100 * 99 // 2
    fresh = words.fresh.copy()
    fresh[10:] = 0
    assert brute.comparisons(replace(words, fresh=fresh)) == 10 * 9 // 2 + 10 * 90


def test_the_kernel_needs_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup_assets.matching import kernel

    asked = []

    def njit(**options: bool) -> object:
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("cannot cache function 'double': no locator available for file 'x.py'")
        return lambda function: function

    monkeypatch.setattr(kernel, "njit", njit)
    assert kernel.compiled(abs)(-2) == 2
    assert asked == [{"nogil": True, "cache": True}, {"nogil": True}]


def test_a_folder_is_matched_without_heavy_imports() -> None:
    program = (
        "import sys; from dedup_assets.matching.folder import match_fingerprints; list(match_fingerprints([]));"
        "print(sorted({'duckdb', 'numba', 'pandas', 'pyarrow', 'dagster', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.real
def test_real_photographs(shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies, phone photographs and portraits: every method finds what plain counting finds."""
    from PIL import Image, ImageOps

    from dedup_assets.images.hashes import hashes

    digests = []
    for folder in ("copies", "bulk", "faces"):
        for path in sorted((shared / "corpora" / folder).rglob("*.*")):
            with Image.open(path) as image:
                digests.append(hashes(ImageOps.exif_transpose(image).convert("RGB").convert("L")).phash256)
    assert len(digests) > 400
    words = population(from_hex([each.hex() for each in digests]))
    monkeypatch.setattr(pigeonhole, "_is_cheaper", lambda *_: True)
    for radius in (31, 60):
        truth = plain_pairs(words.words, radius)
        assert len(truth) > 50
        for method in ("brute force", "bands", "sql"):
            assert triples(find_pairs(words, radius, EVERYTHING, method=method)) == truth
