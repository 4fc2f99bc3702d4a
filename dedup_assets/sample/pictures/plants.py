"""Trees, palms, hedges and cars as cut-outs, drawn once per process and scaled into pictures.

Put here things that stand in front of buildings and belong to no parcel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures.noise import Floats, Picture, patch, rng
from dedup_assets.sample.pictures.paint import blurred, cut, fill, fixed, lit, resized, rgb, stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = (255.0, 255.0, 255.0)
PAINTS = ((188, 190, 194), (46, 48, 54), (150, 40, 38), (58, 84, 124), (228, 226, 220), (96, 104, 98))
HEIGHT = 256  # pixels that a cut-out is drawn with
KEPT = (176, 88, 44, 22)  # and kept with: halving, so that no picture of one has to be made much smaller


@dataclass(frozen=True)
class Cutout:
    """A picture with its coverage (0 to 255); stands on its lower edge."""

    picture: Picture
    cover: NDArray[np.uint8]


@cache
def cutout(kind: str, variant: int, kept: int = KEPT[0]) -> Cutout:
    """Number ``variant`` of a kind, ``kept`` pixels high: oak, cypress, palm, bush or car."""
    if kept == KEPT[0]:
        draw = rng("cutout", kind, variant)
        larger = _palm(draw) if kind == "palm" else _car(draw) if kind == "car" else _leafy(draw, kind)
    else:
        larger = cutout(kind, variant, kept * 2)
    high, wide = larger.cover.shape
    size = (max(1, wide * kept // high), kept)
    return Cutout(resized(larger.picture, *size), resized(larger.cover, *size))


def _leafy(draw: np.random.Generator, kind: str) -> Cutout:
    width = {"oak": 256, "cypress": 96, "bush": 320}[kind]
    blobs = np.zeros((HEIGHT, width), np.uint8)
    crown = {"oak": (0.38, 0.27), "cypress": (0.5, 0.44), "bush": (0.56, 0.4)}[kind]
    for _ in range(46):
        angle, far = draw.uniform(0, 2 * pi), draw.uniform(0, 1) ** 0.6
        x = width / 2 + cos(angle) * far * width * (0.36 if kind != "cypress" else 0.22)
        y = HEIGHT * (crown[0] + sin(angle) * far * crown[1])
        taper = 1.0 if kind != "cypress" else 0.35 + y / HEIGHT
        radius = draw.uniform(0.06, 0.15) * min(width, HEIGHT) * taper
        cv2.circle(blobs, (int(x), int(y)), max(3, int(radius)), 255, -1)
    ragged = blurred(blobs, 5) + 0.16 * patch(draw, 0.8, HEIGHT, width)
    leaf = 1 / (1 + np.exp(-(ragged - 0.5) * 16))
    depth = blurred(blobs, 16)
    relief = patch(draw, 1.1, HEIGHT, width, 1.6)
    light = 0.72 + 0.30 * relief - 0.34 * np.linspace(-0.8, 1, HEIGHT, dtype=np.float32)[:, None] - 0.25 * (depth - 0.7)
    light += np.roll(relief, (3, 3), (0, 1)) * -0.16
    green = np.array([88.0, 112.0, 58.0]) + draw.normal(0, 9, 3)
    picture = np.clip(light, 0.12, 1.6)[..., None] * green
    cover = leaf
    if kind == "oak":
        trunk = np.zeros((HEIGHT, width), np.uint8)
        foot = (width // 2 + int(draw.normal(0, 4)), HEIGHT)
        for fork in (-0.14, 0.02, 0.15):
            stroke(trunk, (foot, (width * (0.5 + fork), HEIGHT * 0.42)), WHITE, 9)
        stroke(trunk, (foot, (width / 2, HEIGHT * 0.66)), WHITE, 15)
        wood = (trunk.astype(np.float32) / 255) * (1 - leaf)
        bark = np.array([96.0, 80.0, 66.0]) * (0.8 + 0.2 * patch(draw, 0.8, HEIGHT, width))[..., None]
        picture = picture * (1 - wood[..., None]) + bark * wood[..., None]
        cover = np.maximum(leaf, wood)
    return Cutout(cut(picture), cut(cover * 255))


def _palm(draw: np.random.Generator) -> Cutout:
    width = 150
    picture = np.zeros((HEIGHT, width, 3), np.uint8)
    cover = np.zeros((HEIGHT, width), np.uint8)
    top = np.array([width / 2 + draw.normal(0, 8), 52.0])
    bend = draw.normal(0, 6)
    steps = np.linspace(0, 1, 14)
    trunk = np.column_stack(
        [width / 2 + (top[0] - width / 2) * steps + bend * np.sin(steps * pi), HEIGHT - (HEIGHT - top[1]) * steps]
    )
    for index, ends in enumerate(pairwise(trunk)):
        bark = 92 + 16 * (index % 2)
        stroke(picture, ends, (bark + 12, bark, bark - 14), 7)
        stroke(cover, ends, WHITE, 7)
    for frond in range(26):
        angle = draw.uniform(-0.35, pi + 0.35)
        length = draw.uniform(38, 58)
        reach = np.linspace(0, 1, 9)
        spine = np.column_stack(
            [top[0] + cos(angle) * length * reach, top[1] - sin(angle) * length * reach + 44 * reach**2]
        )
        tone = draw.uniform(0.5, 1.25) * (1.0 if frond > 8 else 0.6)  # the first ones hang inside, in shade
        colour = rgb(np.array([92.0, 112.0, 62.0]) * tone)
        for start, end in pairwise(spine):
            along = (end - start) / max(1e-6, float(np.hypot(*(end - start))))
            for side in (-1, 1):
                tip = end + np.array([-along[1], along[0]]) * side * 8 + np.array([0, 5.0])
                stroke(picture, (start, tip), colour, 2)
                stroke(cover, (start, tip), WHITE, 2)
    return Cutout(picture, cover)


def _car(draw: np.random.Generator) -> Cutout:
    width = 640
    paint = np.array(PAINTS[int(draw.integers(len(PAINTS)))])
    tall = draw.uniform(0.0, 26.0)
    body = np.array(
        [(14, 196), (20, 152), (60, 134), (150, 122 - tall / 3), (216, 72 - tall), (300, 58 - tall), (410, 60 - tall),
         (486, 112 - tall / 3), (590, 128), (624, 150), (628, 200), (600, 218), (40, 218)], np.float32,
    )  # fmt: skip
    cover = np.zeros((HEIGHT, width), np.uint8)
    fill(cover, fixed(body), WHITE)
    gloss = np.interp(np.arange(HEIGHT), [40, 118, 126, 160, 200, 220], [1.15, 1.0, 1.22, 0.95, 0.66, 0.42])
    picture = cut(paint * gloss[:, None, None] * np.ones((1, width, 1)))
    for pane in (
        [(176, 118 - tall / 3), (226, 80 - tall), (304, 70 - tall), (304, 118)],
        [(316, 118), (316, 70 - tall), (404, 72 - tall), (466, 114 - tall / 3)],
    ):
        fill(picture, fixed(pane), (48, 56, 62))
        stroke(picture, pane[:2], (120, 134, 142), 3)
    stroke(picture, ((310, 120), (310, 206)), rgb(paint * 0.6), 2)
    cv2.rectangle(picture, (20, 150), (44, 164), (230, 226, 200), -1)
    cv2.rectangle(picture, (602, 148), (624, 164), (150, 30, 26), -1)
    for x in (128, 508):
        cv2.circle(picture, (x, 208), 46, (18, 18, 20), -1, cv2.LINE_AA)
        cv2.circle(cover, (x, 208), 44, 255, -1, cv2.LINE_AA)
        cv2.circle(picture, (x, 208), 24, (150, 152, 156), -1, cv2.LINE_AA)
        cv2.circle(picture, (x, 208), 9, (60, 60, 64), -1, cv2.LINE_AA)
    return Cutout(picture, cover)


def place(
    canvas: Picture, what: tuple[str, int], foot: tuple[float, float], height: float, light: Floats, *, mirror: bool
) -> None:
    """Stand a cut-out (kind, variant) on the picture: ``foot`` is where it stands, ``height`` its size in pixels."""
    item = cutout(*what, next((kept for kept in reversed(KEPT) if kept >= height), KEPT[0]))
    scale = height / item.cover.shape[0]
    wide, tall = max(1, round(item.cover.shape[1] * scale)), max(1, round(height))
    left, top = round(foot[0] - wide / 2), round(foot[1] - tall)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(canvas.shape[1], left + wide), min(canvas.shape[0], top + tall)
    if x1 - x0 < 2 or y1 - y0 < 2 or tall > 2 * canvas.shape[0]:  # outside, or only a blur
        return
    seen = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    step = -1 if mirror else 1
    picture = cv2.resize(item.picture[:, ::step], (wide, tall), interpolation=cv2.INTER_LINEAR)[seen]
    cover = cv2.resize(item.cover[:, ::step], (wide, tall), interpolation=cv2.INTER_LINEAR)[seen]
    region = canvas[y0:y1, x0:x1]
    bright = lit(np.asarray(picture, np.uint8), light).astype(np.float32)
    region[:] = region + (bright - region) * (cover[..., None] * np.float32(1 / 255))
