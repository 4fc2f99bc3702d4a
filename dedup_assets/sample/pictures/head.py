"""The head of a booking photograph: skull, features, beard, each lit from one side. Hair is ``hair.py``.

Places on the face are in half head widths from its middle, right and down.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from dedup_assets.sample.pictures.noise import Floats, Picture, patch
from dedup_assets.sample.pictures.paint import blurred, fixed, point, resized_floats, rgb, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from dedup_assets.sample.pictures.person import Person

Outline: TypeAlias = "Sequence[tuple[float, float]]"
EYE = -0.16  # height of the eyes
FLAT = np.zeros((1, 1), np.float32)


@dataclass(frozen=True)
class Pose:
    """Where the head is (pixels), how it is held (degrees), where the light comes from (-1 left to 1 right)."""

    x: float
    y: float
    half: float
    tilt: float
    light: float
    mood: float

    def at(self, right: float, down: float) -> tuple[float, float]:
        """A place on the face in pixels, turned with the head."""
        turn = radians(self.tilt)
        return (
            self.x + self.half * (right * cos(turn) - down * sin(turn)),
            self.y + self.half * (right * sin(turn) + down * cos(turn)),
        )

    def outline(self, points: Outline) -> list[tuple[float, float]]:
        """Places on the face in pixels."""
        return [self.at(right, down) for right, down in points]


def smooth(points: Outline, shape: tuple[int, int], soft: float = 0.8) -> Floats:
    """Coverage (0 to 1) of a closed outline with rounded corners (Chaikin's corner cutting, three rounds)."""
    ring = np.array(points, np.float64)
    for _ in range(3):
        after = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * after, 0.25 * ring + 0.75 * after], axis=1).reshape(-1, 2)
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [fixed(ring)], (255,), cv2.LINE_AA, shift=3)
    cover = np.zeros(shape, np.float32)
    reach = int(4 * soft) + 2
    left, top = (max(0, int(v) - reach) for v in ring.min(axis=0))
    right, bottom = (int(v) + reach for v in ring.max(axis=0))
    part = mask[top:bottom, left:right]
    if part.size:
        cover[top:bottom, left:right] = blurred(part, soft)
    return cover


def lay(canvas: Picture, cover: Floats, colour: ArrayLike, relief: Floats = FLAT) -> None:
    """Paint ``colour`` plus a grey ``relief`` where ``cover`` says so; only its bounding box is touched."""
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0), np.flatnonzero(cover.max(axis=0) > 0)
    if not len(rows) or not len(columns):
        return
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    shade = np.broadcast_to(relief, cover.shape)[box]
    paint = np.clip(np.asarray(colour, np.float32) + shade[..., None], 0, 255)
    region = canvas[box]
    region[:] = region + (paint - region) * cover[box][..., None]


def face(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose) -> None:
    """Ears, skull with the shading of a lit solid, features and beard."""
    shape = (canvas.shape[0], canvas.shape[1])
    skin = np.array(who.skin, np.float32)
    for side in (-1, 1):
        ear = [(side * 0.92, -0.24), (side * 1.14, -0.3), (side * 1.17, 0.05), (side * 1.02, 0.36), (side * 0.9, 0.3)]
        lay(canvas, smooth(pose.outline(ear), shape), skin * 0.86, FLAT + side * pose.light * 16)
    cover = smooth(pose.outline(_skull(who)), shape)
    lay(canvas, cover, skin, _modelling(draw, who, pose, shape))
    for side in (-1, 1):
        _eye(draw, canvas, who, pose, side)
        _brow(draw, canvas, who, pose, side)
    _nose(canvas, who, pose)
    _mouth(canvas, who, pose)
    _beard(draw, canvas, who, pose, cover)


def _skull(who: Person) -> list[tuple[float, float]]:
    """The outline of the face: round above, between pointed and square at the jaw."""
    tall, jaw = who.tall, who.jaw
    right = [
        (0.0, -tall), (0.55, -tall * 0.97), (0.93, -tall * 0.62), (1.0, -tall * 0.1), (0.97, tall * 0.3),
        (0.78 + 0.14 * jaw, tall * 0.68), (0.36 + 0.2 * jaw, tall * 0.98), (0.0, tall * 1.06),
    ]  # fmt: skip
    return [*right, *((-x, y) for x, y in reversed(right[1:-1]))]


def _modelling(draw: np.random.Generator, who: Person, pose: Pose, shape: tuple[int, int]) -> Floats:
    """Light on the face in grey levels: an ellipsoid under a lamp, eye sockets, cheeks, nose, wrinkles and pores.

    Computed at half size: nothing in it is sharp.
    """
    high, wide = shape
    y, x = np.mgrid[0:high:2, 0:wide:2].astype(np.float32)
    turn = radians(pose.tilt)
    dx, dy = (x - pose.x) / pose.half, (y - pose.y) / pose.half
    right, down = dx * cos(turn) + dy * sin(turn), dy * cos(turn) - dx * sin(turn)
    nx, ny = np.clip(right / 1.08, -1, 1), np.clip(down / (who.tall * 1.12), -1, 1)
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    relief = 64 * (pose.light * nx - 0.32 * ny + 0.86 * nz - 0.84)
    for (at_x, at_y), (size_x, size_y), strength in _spots(who, pose):
        relief += strength * np.exp(-(((right - at_x) / size_x) ** 2) - ((down - at_y) / size_y) ** 2)
    fold = EYE + who.nose[0] + 0.14
    for side in (-1, 1):
        line = np.abs(right * side - (0.24 + (down - fold + 0.2) * 0.42)) < 0.028
        relief -= np.where(line & (down > fold - 0.2) & (down < fold + 0.26), 7 + 15 * who.age, 0)
    relief += (2.0 + 3 * who.age) * patch(draw, 1.2, relief.shape[0], relief.shape[1], 1.5)
    return resized_floats(relief.astype(np.float32), wide, high)


def _spots(who: Person, pose: Pose) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
    """Where the face is lighter or darker than an ellipsoid: place, size, grey levels."""
    nose = EYE + who.nose[0]
    spots = [
        ((0.0, EYE + who.nose[0] * 0.45), (0.075, 0.3), 16.0),  # ridge of the nose
        ((0.0, EYE + who.nose[0] * 0.96), (0.12, 0.09), 15.0),  # its tip
        ((-pose.light * 0.22 - 0.02, EYE + who.nose[0] * 0.7), (0.09, 0.28), -15.0),  # its side in shade
        ((0.0, nose + 0.1), (0.24, 0.06), -20.0),  # below it
        ((0.0, who.tall * 0.74), (0.34, 0.07), -13.0),  # below the lip
        ((0.0, who.tall * 0.92), (0.24, 0.13), 9.0),  # chin
    ]
    for side in (-1, 1):
        spots += [
            ((side * who.eye_gap, EYE - 0.04), (0.25, 0.17), -26.0),  # socket
            ((side * who.eye_gap, EYE + 0.17), (0.17, 0.045), -9 - 12 * who.age),  # bag below the eye
            ((side * 0.58, 0.3), (0.22, 0.22), 10.0),  # cheek
        ]
    spots += [((0.0, crease * who.tall * 0.9), (0.42, 0.016), -11 * who.age) for crease in (-0.78, -0.68, -0.58)]
    return spots


def _curve(canvas: Picture, pose: Pose, points: Outline, colour: ArrayLike, thick: float) -> None:
    stroke(canvas, pose.outline(points), rgb(colour), thick * pose.half)


def _eye(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose, side: int) -> None:
    x, y, size = side * who.eye_gap, EYE, who.eye_size
    lids = size * float(0.36 + 0.09 * np.tanh(pose.mood))
    gaze = float(draw.normal(0, 0.02))
    lift = side * who.eye_tilt * 0.2
    upper = [(x - size, y - lift), (x - size * 0.4, y - lids), (x + size * 0.4, y - lids), (x + size, y + lift)]
    lower = [(x + size * 0.4, y + lids * 0.8), (x - size * 0.4, y + lids * 0.8)]
    _eyeball(canvas, who, pose, [*upper, *lower], (x + gaze, y - 0.01))
    skin = np.array(who.skin)
    _curve(canvas, pose, upper, skin * 0.34, 0.035)
    _curve(canvas, pose, [upper[-1], *lower, upper[0]], skin * 0.62, 0.015)
    _curve(canvas, pose, [(px, py - lids * 0.85) for px, py in upper], skin * 0.66, 0.018)


def _eyeball(canvas: Picture, who: Person, pose: Pose, almond: Outline, iris: tuple[float, float]) -> None:
    """White, iris, pupil and the lamp's glint, seen through the opening ``almond``."""
    outline = np.array(pose.outline(almond))
    left, top = (int(v) for v in outline.min(axis=0) - 4)
    right, bottom = (int(v) for v in outline.max(axis=0) + 4)
    region = canvas[top:bottom, left:right]
    eye = np.full_like(region, (214, 208, 202))
    centre = np.array(pose.at(*iris)) - (left, top)
    for radius, colour in ((0.52, np.array(who.eyes) * 0.55), (0.44, np.array(who.eyes)), (0.2, np.zeros(3))):
        size = round(who.eye_size * radius * pose.half * 8)
        cv2.circle(eye, point(fixed(centre)), size, rgb(colour), -1, cv2.LINE_AA, shift=3)
    glint = centre + np.array([pose.light * 0.05, -0.04]) * pose.half
    cv2.circle(eye, point(np.round(glint)), 1, (246, 246, 246), -1, cv2.LINE_AA)
    cover = smooth([(px - left, py - top) for px, py in outline], (bottom - top, right - left), 0.7)
    region[:] = region + (eye.astype(np.float32) - region) * cover[..., None]


def _brow(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose, side: int) -> None:
    """Sixteen short hairs along a bent line."""
    x, size = side * who.eye_gap, who.eye_size
    inner, outer = x - side * size * 0.95, x + side * size * 1.25
    high = EYE - 0.3 + 0.02 * float(np.tanh(-pose.mood))
    bend = [(inner, high + 0.05 + who.brow_tilt * 0.4), ((inner + outer) / 2, high - 0.03), (outer, high + 0.08)]
    first, middle, last = (np.array(each) for each in bend)
    tone = np.array(who.hair) * 0.8 + np.array(who.skin) * 0.12
    for _ in range(16):
        share = float(draw.uniform(0, 1))
        start = first * (1 - share) ** 2 + 2 * middle * share * (1 - share) + last * share**2
        at_x, at_y = float(start[0]), float(start[1] + draw.uniform(-0.5, 0.5) * who.brow * (1.2 - share))
        hair = [(at_x, at_y), (at_x + side * 0.13, at_y - 0.02 + 0.05 * share)]
        _curve(canvas, pose, hair, tone * draw.uniform(0.8, 1.25), 0.03)


def _nose(canvas: Picture, who: Person, pose: Pose) -> None:
    skin = np.array(who.skin)
    base, wide = EYE + who.nose[0], who.nose[1]
    for side in (-1, 1):
        wing = [(side * wide * 0.62, base - 0.1), (side * wide, base), (side * wide * 0.72, base + 0.05)]
        _curve(canvas, pose, wing, skin * 0.66, 0.024)
        nostril = point(np.round(pose.at(side * wide * 0.44, base + 0.045)))
        size = (max(1, round(0.065 * pose.half)), max(1, round(0.026 * pose.half)))
        cv2.ellipse(canvas, nostril, size, pose.tilt, 0, 360, rgb(skin * 0.36), -1, cv2.LINE_AA)


def _mouth(canvas: Picture, who: Person, pose: Pose) -> None:
    shape = (canvas.shape[0], canvas.shape[1])
    skin = np.array(who.skin)
    half, full = who.mouth
    y = EYE + who.nose[0] + 0.33
    curl = 0.03 * float(np.tanh(pose.mood))
    bow = [(-half * 0.4, y - full * 0.8), (0, y - full * 0.55), (half * 0.4, y - full * 0.8)]
    upper = [(-half, y - curl), *bow, (half, y - curl), (0, y + 0.02)]
    rest = [(half * 0.4, y + full * 1.15), (-half * 0.4, y + full * 1.15)]
    lower = [(-half * 0.9, y), (0, y + 0.01), (half * 0.9, y), *rest]
    lip = skin * np.array([0.86, 0.68, 0.66])
    lay(canvas, smooth(pose.outline(lower), shape, 1.2), lip * 1.04)
    lay(canvas, smooth(pose.outline(upper), shape, 1.2), lip * 0.84)
    between = [(-half, y - curl), (-half * 0.3, y + 0.012), (0, y), (half * 0.3, y + 0.012), (half, y - curl)]
    _curve(canvas, pose, between, skin * 0.36, 0.024)


def _beard(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose, cover: Floats) -> None:
    if who.beard == "none":
        return
    high, wide = canvas.shape[:2]
    tall, base = who.tall, EYE + who.nose[0]
    outlines = {
        "moustache": [
            (-0.42, base + 0.3), (-0.2, base + 0.12), (0.2, base + 0.12), (0.42, base + 0.3), (0, base + 0.24),
        ],
        "goatee": [(-0.3, base + 0.52), (0.3, base + 0.52), (0.34, tall * 0.98), (0, tall * 1.1), (-0.34, tall * 0.98)],
    }  # fmt: skip
    full = [
        (-1.0, 0.2), (-0.72, 0.44), (-0.45, base + 0.14), (0.45, base + 0.14), (0.72, 0.44), (1.0, 0.2), (0.95, tall),
        (0, tall * 1.14), (-0.95, tall),
    ]  # fmt: skip
    shape = smooth(pose.outline(outlines.get(who.beard, full)), (high, wide), 4.0)
    if who.beard in {"full", "stubble"}:
        lips = [(-0.36, base + 0.33), (0.0, base + 0.24), (0.36, base + 0.33), (0.0, base + 0.5)]
        shape = shape * (1 - 0.9 * smooth(pose.outline(lips), (high, wide), 2.0)) * cover
    grain = patch(draw, 0.3, high, wide)
    density = {"stubble": 0.34, "full": 0.92, "moustache": 0.85, "goatee": 0.85}[who.beard]
    lay(canvas, np.clip(shape * (density + 0.2 * grain), 0, 1), np.array(who.hair) * 0.95, 9 * grain)
