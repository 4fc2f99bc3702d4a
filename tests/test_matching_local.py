"""Local features: what a crop, a caption or a border leaves of a picture is found again, and nothing else."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, ImageOps

from dedup_assets.images.feature_record import FEATURE, MOST_FEATURES, read_features
from dedup_assets.images.features import local_features
from dedup_assets.matching import local
from dedup_assets.matching.local import Common, find_common
from dedup_assets.matching.local_votes import MOST_SHARED, count_votes

if TYPE_CHECKING:
    from pathlib import Path


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with corners of all sizes and strengths: boxes and lines on a rough ground."""
    rng = np.random.default_rng(seed)
    ground = Image.fromarray(rng.integers(60, 200, (30, 40), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(ground)
    for x, y, wide, high, level in rng.integers([0, 0, 6, 6, 0], [size[0], size[1], 90, 90, 256], (120, 5)).tolist():
        draw.rectangle((x, y, x + wide, y + high), fill=level, outline=255 - level)
    return ground


def saved_again(image: Image.Image, quality: int = 80) -> Image.Image:
    data = BytesIO()
    image.save(data, "JPEG", quality=quality)
    return Image.open(data).convert("L")


def features_of(image: Image.Image) -> bytes:
    return local_features(np.asarray(image))


def crop(image: Image.Image, share: float) -> Image.Image:
    """Cut by a share of its sides on each side."""
    x, y = int(image.width * share), int(image.height * share)
    return image.crop((x, y, image.width - x, image.height - y))


def cut(image: Image.Image, share: float) -> Image.Image:
    """Cut on one side by a share of the area."""
    return image.crop((0, 0, int(image.width * (1 - share)), image.height))


def caption(image: Image.Image) -> Image.Image:
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, image.height * 0.4, image.width, image.height * 0.54), fill=255)
    draw.text((image.width * 0.1, image.height * 0.41), "213-555-0147", 0, ImageFont.load_default(image.width * 0.1))
    return image


def letterbox(image: Image.Image) -> Image.Image:
    return ImageOps.pad(image, (image.width, image.width), color=0)


EDITS = {
    "crop 5 % a side": lambda image: crop(image, 0.05),
    "crop 10 % a side": lambda image: crop(image, 0.1),
    "cut 20 %": lambda image: cut(image, 0.2),
    "cut 40 %": lambda image: cut(image, 0.4),
    "caption": caption,
    "border": lambda image: ImageOps.expand(image, image.width // 10, fill=255),
    "letterbox": letterbox,
    "turned a little": lambda image: image.rotate(4, Image.Resampling.BICUBIC),
    "half size": lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS),
}


def found_among(pictures: list[bytes], copies: list[bytes]) -> set[tuple[int, int]]:
    """Pairs (copy, picture) when the copies come as new pages to the pictures."""
    count = len(pictures)
    fresh = np.arange(count + len(copies)) >= count
    common = find_common(pictures + copies, fresh, np.arange(fresh.size))
    return {(b - count, a) for a, b in pairs(common) if a < count}


def pairs(common: Common) -> list[tuple[int, int]]:
    return list(zip(common.a.tolist(), common.b.tolist(), strict=True))


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [scene(seed) for seed in range(20)]


@pytest.fixture(scope="module")
def features(pictures: list[Image.Image]) -> list[bytes]:
    return [features_of(each) for each in pictures]


@pytest.fixture(scope="module")
def photographs(shared: Path) -> tuple[list[Image.Image], list[bytes]]:
    files = sorted((shared / "corpora/bulk/clothing").glob("*.jpg"))[:25]
    images = [Image.open(file).convert("L") for file in files]
    return images, [features_of(each) for each in images]


@pytest.mark.parametrize("edit", EDITS)
def test_edited_copies_are_found_and_nothing_else(
    pictures: list[Image.Image], features: list[bytes], edit: str
) -> None:
    copies = [features_of(saved_again(EDITS[edit](each))) for each in pictures]
    found = found_among(features, copies)
    assert len(found & {(number, number) for number in range(20)}) >= 19
    assert len(found) <= 20


@pytest.mark.real
@pytest.mark.parametrize("edit", EDITS)
def test_edited_photographs_are_found(photographs: tuple[list[Image.Image], list[bytes]], edit: str) -> None:
    images, originals = photographs
    copies = [features_of(saved_again(EDITS[edit](each))) for each in images]
    found = found_among(originals, copies)
    assert len(found & {(number, number) for number in range(25)}) >= 23
    assert len(found) <= 26


def test_features_are_whole_distinct_and_the_same_every_time() -> None:
    records = read_features(features_of(scene(1)))
    assert len(records) == MOST_FEATURES
    assert len(np.unique(records)) == MOST_FEATURES
    assert features_of(scene(1)) == records.tobytes()
    # Spread over the picture: a quarter of it holds no more than half of them, a strong caption or not.
    for each in (scene(1), caption(scene(1))):
        records = read_features(features_of(each))
        low = records["y"] < np.median(records["y"])
        assert 0.25 < low.mean() < 0.75
        quarter = (records["x"] < 72) & (records["y"] < 54)
        assert 0.1 < quarter.mean() < 0.5


def test_a_picture_of_any_size_has_the_features_of_its_canonical_size() -> None:
    large = scene(2, (1600, 1200))
    small = large.resize((400, 300), Image.Resampling.BOX)
    assert found_among([features_of(large)], [features_of(small)]) == {(0, 0)}
    wide = read_features(features_of(scene(2, (2000, 300))))
    assert wide["x"].max() > 200


@pytest.mark.parametrize("shape", [(1, 1), (39, 500), (200, 300)])
def test_pictures_without_corners_have_no_features(shape: tuple[int, int]) -> None:
    assert local_features(np.full(shape, 200, np.uint8)) == b""


def test_faint_pictures_have_features_too() -> None:
    faint = Image.fromarray((np.asarray(scene(3)) // 12 + 100).astype(np.uint8))
    assert len(read_features(features_of(faint))) > MOST_FEATURES // 2


def planted(seed: int, pages: int, most: int) -> list[bytes | None]:
    """Features a few bits from one of a few codes, at the place of that code or moved; some pages have none."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 256, (12, 32), dtype=np.uint8)
    made: list[bytes | None] = []
    for page in range(pages):
        records = np.zeros(int(rng.integers(0, most)), FEATURE)
        flips = np.packbits(rng.random((len(records), 256)) < 0.03, axis=1)
        kind = rng.integers(0, 12, len(records))
        records["code"] = codes[kind] ^ flips
        records["x"], records["y"] = kind * 17 % 90 + rng.integers(0, 2, len(records)) * 40, kind * 20
        made.append(None if page % 7 == 6 else records.tobytes())
    return made


def plain_votes(one: np.ndarray, other: np.ndarray) -> int:
    """Votes of two pages by the definition, all features with all."""
    apart = np.bitwise_count(one["code"][:, None] ^ other["code"][None]).sum(axis=2)
    i, j = np.nonzero(apart <= local.RADIUS)
    if not 0 < i.size <= MOST_SHARED:
        return -1 if i.size else 0
    return int(count_votes(one[i], other[j], np.array([0, i.size]))[0])


@given(st.integers(0, 1000))
@settings(deadline=None, max_examples=30)
def test_every_pair_with_enough_votes_is_found(seed: int) -> None:
    features = planted(seed, 12, 14)
    content = np.arange(12) // 2
    found = find_common(features, np.ones(12, dtype=bool), content, per_code=10**6)
    votes = dict(zip(pairs(found), found.votes.tolist(), strict=True))
    for a, b in combinations(range(12), 2):
        sides = [read_features(features[page] or b"") for page in (a, b)]
        expected = plain_votes(*sides) if content[a] != content[b] else 0
        if expected >= 0:
            assert votes.get((a, b), 0) == (expected if expected >= local.VOTES else 0)
    assert found.total == found.kept


def test_deliveries_and_blocks_give_what_one_search_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    features = planted(3, 60, 10)
    content = np.arange(60)
    whole = find_common(features, np.ones(60, dtype=bool), content, per_code=10**6)
    assert len(whole.a) > 50
    monkeypatch.setattr(local, "BLOCK", 40)
    blocks = find_common(features, np.ones(60, dtype=bool), content, per_code=10**6)
    assert pairs(blocks) == pairs(whole)
    assert blocks.votes.tolist() == whole.votes.tolist()
    assert (blocks.total, blocks.kept) == (whole.total, whole.kept)
    first = np.random.default_rng(0).random(60) < 0.6
    before = find_common([each if old else None for each, old in zip(features, first, strict=True)], first, content)
    after = find_common(features, ~first, content, per_code=10**6)
    assert sorted(pairs(before) + pairs(after)) == pairs(whole)


def test_votes_need_one_motion() -> None:
    rng = np.random.default_rng(1)
    one = np.zeros(10, FEATURE)
    one["x"], one["y"] = rng.integers(0, 90, (2, 10))
    one["angle"] = rng.integers(0, 256, 10)
    moved = one.copy()  # a quarter turn, twice the size nearly, and moved
    moved["x"], moved["y"] = 200 - 1.95 * one["y"], 10 + 1.95 * one["x"]
    moved["angle"], moved["level"] = (one["angle"].astype(int) + 64) % 256, 3
    starts = np.array([0, 10])
    assert count_votes(one, moved, starts).tolist() == [10]
    half = moved.copy()
    half[5:] = one[5:][::-1]
    assert 5 <= count_votes(one, half, starts)[0] < 8
    still = moved.copy()
    still["level"] = 0  # twice as far apart, but no larger
    assert count_votes(one, still, starts)[0] < 4
    assert count_votes(one[[0] * 10], moved[[0] * 10], starts).tolist() == [1]
    both = count_votes(np.concatenate([one, one]), np.concatenate([moved, half]), np.array([0, 10, 20]))
    assert both.tolist() == [10, count_votes(one, half, starts)[0]]


def test_what_is_everywhere_is_set_aside_and_said() -> None:
    rng = np.random.default_rng(1)
    stamp = np.zeros(6, FEATURE)
    stamp["code"] = rng.integers(0, 256, (6, 32))
    stamp["x"], stamp["y"] = np.arange(6) * 30, np.arange(6) * 20
    features = []
    for _ in range(600):
        own = np.zeros(6, FEATURE)
        own["code"] = rng.integers(0, 256, (6, 32))
        own["x"], own["y"] = np.arange(6) * 20, 100 - np.arange(6) * 10
        features.append(np.concatenate([stamp, own]).tobytes())
    copy = features[7]
    found = find_common([*features, copy], np.arange(601) == 600, np.arange(601))
    assert pairs(found) == [(7, 600)]
    assert found.set_aside == 601 * 6
    assert "3,606 of 7,212 local features are everywhere" in found.notes[0]


def test_a_code_keeps_its_nearest_and_the_rest_is_counted() -> None:
    features = planted(3, 60, 10)
    whole = find_common(features, np.ones(60, dtype=bool), np.arange(60), per_code=10**6)
    some = find_common(features, np.ones(60, dtype=bool), np.arange(60), per_code=2)
    assert some.kept < some.total == whole.total
    assert set(pairs(some)) < set(pairs(whole))


def test_too_many_comparisons_are_fewer_features(features: list[bytes]) -> None:
    found = find_common([*features, *features], np.ones(40, dtype=bool), np.arange(40), budget=1_000_000)
    assert found.features == 64
    assert found.predicted == found.comparisons <= 1_000_000
    assert pairs(found) == [(number, number + 20) for number in range(20)]
    assert found.notes == ("only 64 of 128 local features of each photograph were compared",)


def test_torn_features_are_refused() -> None:
    with pytest.raises(ValueError, match="buffer size"):
        find_common([b"x" * 35, None], np.ones(2, dtype=bool), np.arange(2))
    with pytest.raises(ValueError, match="whole records"):
        find_common([b"x" * 35, b"x" * 37], np.ones(2, dtype=bool), np.arange(2))
