"""Hashes are imagehash's, bit for bit; and a hash that is worth nothing says so."""

from __future__ import annotations

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageDraw, ImageFilter

from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.hashes import Hashes, hashes
from dedup_assets.images.limits import Limits
from dedup_assets.images.quality import MIN_MARKED_CELLS, MIN_STABLE_BITS, is_low_information, pdq_quality, stable_bits
from pictures import blank_page, distance, encoded, photograph


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=200)), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_bits_are_those_of_imagehash(pixels, seed):
    # Hypothesis likes flat arrays, where imagehash's bits are rounding errors; noise of the least size breaks the tie
    rng = np.random.default_rng(seed)
    grey = Image.fromarray((pixels // 2 + rng.integers(0, 128, pixels.shape)).astype(np.uint8))
    if min(grey.size) < 8:
        grey = grey.resize((40, 40), Image.Resampling.BICUBIC)
    found = hashes(grey)
    assert found.phash64.hex() == str(imagehash.phash(grey, 8))
    assert found.phash256.hex() == str(imagehash.phash(grey, 16))


@pytest.mark.parametrize("seed", range(5))
def test_a_photograph_has_imagehashs_bits_on_its_canonical_form(seed):
    found = hashes(photograph(seed).convert("L"))
    assert found.phash256.hex() == str(imagehash.phash(photograph(seed), 16))
    assert found.phash64.hex() == str(imagehash.phash(photograph(seed), 8))


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_file_that_is_decoded_in_full_has_the_bits_of_imagehash(tmp_path, file_format):
    path = tmp_path / "picture"
    path.write_bytes(encoded(photograph(), file_format))
    row = fingerprint(path.read_bytes(), Limits())
    with Image.open(path) as image:
        assert row["phash64"].hex() == str(imagehash.phash(image, 8))
        assert row["phash256"].hex() == str(imagehash.phash(image, 16))


@pytest.mark.parametrize("width", [160, 641, 1023, 2100])
def test_scaled_decoding_of_a_jpeg_stays_near_the_full_decode(width):
    picture = photograph(2, 2100, 1500).resize((width, width * 1500 // 2100), Image.Resampling.LANCZOS)
    data = encoded(picture, "JPEG", quality=88)
    row = fingerprint(data, Limits())
    assert distance(row["phash256"].hex(), str(imagehash.phash(picture, 16))) <= 10
    assert distance(row["phash64"].hex(), str(imagehash.phash(picture, 8))) <= 2


def test_flat_pictures_have_the_bits_that_symmetry_gives():
    for value, first in ((0, 0), (7, 0x80), (255, 0x80)):
        found = hashes(Image.new("L", (300, 200), value))
        assert found.phash64 == bytes([first]) + bytes(7)
        assert found.phash256 == bytes([first]) + bytes(31)


# Worth


def worth(image):
    row = fingerprint(encoded(image, "JPEG", quality=80), Limits())
    return row["low_information"]


def page(draw):
    image = blank_page(1)
    draw(ImageDraw.Draw(image))
    return image


def gradient():
    ramp = np.linspace(120, 230, 800)[None, :] + np.random.default_rng(1).normal(0, 2, (600, 800))
    return Image.fromarray(ramp.astype(np.uint8))


def halves(noise):
    pixels = np.where(np.arange(800) < 300, 40, 215)[None, :] + np.random.default_rng(1).normal(0, noise, (600, 800))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def vignette():
    paper = np.asarray(blank_page(3), np.float64)
    down, across = np.mgrid[-1 : 1 : paper.shape[0] * 1j, -1 : 1 : paper.shape[1] * 1j]
    return Image.fromarray((paper * (1 - 0.2 * (down**2 + across**2))).astype(np.uint8))


@pytest.mark.parametrize(
    "picture",
    [
        lambda: Image.new("RGB", (800, 600), (255, 255, 255)),
        lambda: Image.new("RGB", (800, 600), (20, 40, 160)),
        lambda: blank_page(1),
        lambda: blank_page(2, noise=8),
        lambda: blank_page(3, width=400, height=300),
        vignette,
        gradient,
        lambda: halves(0),
        lambda: halves(3),
        lambda: page(lambda drawn: drawn.text((420, 1050), "17", fill=30, font_size=22)),
        lambda: page(lambda drawn: [drawn.ellipse((20, y, 50, y + 30), fill=20) for y in (150, 550, 950)]),
        lambda: page(lambda drawn: [drawn.line((0, y, 850, y), fill=120) for y in range(25, 1100, 25)]),
        lambda: Image.fromarray(np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((100, 100))).astype(np.uint8) * 200),
    ],
    ids=[
        "white", "blue", "blank scan", "noisy blank scan", "small blank scan", "vignetted blank scan", "gradient",
        "two halves", "two noisy halves", "page number only", "punch holes only", "ruled paper", "chequered",
    ],
)  # fmt: skip
def test_pictures_of_nothing_have_low_information(picture):
    assert worth(picture()) is True


def form():
    def draw(drawn):
        for row in range(40, 1060, 60):
            drawn.line((40, row, 810, row), fill=40, width=2)
            for column in (50, 330, 600):
                drawn.text((column, row + 8), "Address of job, legal description", fill=30, font_size=16)

    return page(draw)


def dimmed(factor, offset=0):
    return Image.fromarray((np.asarray(photograph().convert("L")) * factor + offset).astype(np.uint8))


@pytest.mark.parametrize(
    "picture",
    [
        photograph,
        lambda: photograph(4, 92, 112),
        lambda: photograph().filter(ImageFilter.GaussianBlur(12)),
        form,
        lambda: dimmed(0.12),
        lambda: dimmed(0.15, 190),
    ],
    ids=["photograph", "tiny photograph", "blurred photograph", "form", "dark photograph", "photograph in fog"],
)
def test_pictures_of_something_do_not(picture):
    assert worth(picture()) is False


def test_blank_scans_would_otherwise_be_compared_by_their_noise():
    """Why the gate stands: two scans of nothing are as far apart as two photographs."""
    first, second = (hashes(blank_page(seed)) for seed in (1, 2))
    assert distance(first.phash256, second.phash256) > 80
    assert stable_bits(first.margins) < MIN_STABLE_BITS


def test_quality_is_pdqs_gradient_sum():
    assert pdq_quality(np.zeros((64, 64), np.uint8)) == 0
    edge = np.zeros((64, 64), np.uint8)
    edge[:, 32:] = 255
    assert pdq_quality(edge) == 6400 // 90  # 64 steps of 100 %
    assert pdq_quality(np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8)) == 100


@given(st.floats(0, 1e6), st.integers(0, 256), st.integers(0, 2000))
@settings(deadline=None)
def test_low_information_is_a_count_of_margins_and_of_marks(margin, stable, marked):
    margins, thumbnail = np.zeros(256), np.full(4096, 240, np.uint8)
    margins[:stable] = margin
    thumbnail[:marked] = 233
    found = Hashes(bytes(8), bytes(32), thumbnail.reshape(64, 64), margins)
    assert is_low_information(found) == (stable < MIN_STABLE_BITS or margin <= 200 or marked < MIN_MARKED_CELLS)
