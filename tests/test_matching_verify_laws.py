"""Laws of the verification: any two pictures give a verdict, the same one in either order and from the cache."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup_assets.matching.verify.difference import difference_picture
from dedup_assets.matching.verify.judge import verify
from dedup_assets.matching.verify.picture import Picture, of_pixels, turned
from dedup_assets.matching.verify.store import StoredPictureError, from_bytes, to_bytes

SIDES = st.one_of(st.integers(1, 12), st.integers(13, 90), st.integers(400, 700))


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Noise, flats, ramps, strokes: grey or RGB, of any shape."""
    height, width = draw(SIDES), draw(SIDES)
    rng = np.random.default_rng(draw(st.integers(0, 3)))
    kind = draw(st.sampled_from(["flat", "noise", "ramp", "strokes", "halves"]))
    pixels = np.full((height, width), 250, np.uint8)
    if kind == "noise":
        pixels = rng.integers(0, 256, (height, width)).astype(np.uint8)
    elif kind == "ramp":
        pixels = np.broadcast_to(np.linspace(0, 255, width).astype(np.uint8), (height, width)).copy()
    elif kind == "strokes":
        pixels[rng.integers(0, height, 9)] = 20
        pixels[:, rng.integers(0, width, 9)] = 30
    elif kind == "halves":
        pixels[height // 2 :] = 0
    if draw(st.booleans()):
        pixels = np.stack([pixels, pixels[::-1], pixels[:, ::-1]], axis=2)
    return of_pixels(pixels)


@settings(max_examples=60, deadline=None)
@given(pictures(), pictures(), st.integers(0, 7))
def test_any_two_pictures_give_a_verdict_that_json_can_hold(a: Picture, b: Picture, form: int) -> None:
    said = verify(a, b, None, form=form)
    assert json.loads(json.dumps(said.evidence))["reason"]
    assert verify(a, b, None, form=form) == said
    if form == 0:
        assert verify(b, a, None) == said
    difference_picture(a, b, form)


@settings(max_examples=25, deadline=None)
@given(pictures(), pictures())
def test_a_picture_from_the_cache_gives_the_same_verdict(a: Picture, b: Picture) -> None:
    stored = to_bytes(a)
    assert to_bytes(from_bytes(stored)) == stored
    assert verify(from_bytes(stored), from_bytes(to_bytes(b)), 12) == verify(a, b, 12)


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:9], lambda d: b"X" + d[1:], lambda d: d[:-5], lambda d: d[:40] + d[90:]]
)
def test_spoiled_bytes_are_refused(spoil) -> None:
    stored = to_bytes(of_pixels(np.tile(np.arange(200, dtype=np.uint8), (90, 1))))
    with pytest.raises(StoredPictureError):
        from_bytes(spoil(stored))


@pytest.mark.parametrize("form", range(8))
def test_every_turn_has_a_form_that_undoes_it(form: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5)).astype(np.uint8)
    there = turned(of_pixels(pixels), form)
    assert sum(np.array_equal(turned(there, back).grey, pixels) for back in range(8)) == 1
