"""The street around a building: sky, hills, neighbours' skyline, ground, shadows, poles and wires."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures.noise import TILE, patch, tile
from dedup_assets.sample.pictures.paint import Colour, cut, fill, fixed, point, resized, resized_floats, rgb, stroke

if TYPE_CHECKING:
    from dedup_assets.sample.pictures.camera import Camera, Points
    from dedup_assets.sample.pictures.noise import Floats, Picture
    from dedup_assets.sample.pictures.solid import Sun

HORIZON = 1e-4  # projective weights nearer to zero are beyond what a picture resolves
SKIES = (
    ((74, 128, 196), (188, 212, 232), 0.25),  # clear
    ((104, 150, 204), (206, 218, 226), 0.75),  # fair, with clouds
    ((150, 162, 176), (212, 214, 214), 0.9),  # high haze
    ((128, 134, 142), (182, 184, 186), 1.0),  # overcast
    ((96, 120, 168), (244, 206, 160), 0.5),  # evening
)


def sky(draw: np.random.Generator, camera: Camera, weather: int) -> Picture:
    """The whole picture as sky: gradient to the horizon, and clouds that flatten towards it."""
    zenith, low, cloudy = SKIES[weather]
    height, width = camera.height // 4, camera.width // 4  # a quarter of the size: nothing in a sky is sharp
    horizon = float(np.clip(camera.horizon() / 4, height * 0.2, height * 1.4))
    rise = np.clip(1 - np.arange(height, dtype=np.float32) / horizon, 0, 1)[:, None, None] ** 0.8
    base = np.array(low, np.float32) * (1 - rise) + np.array(zenith, np.float32) * rise
    clouds = patch(draw, 1.7, height, width, float(draw.uniform(0.35, 0.75)))
    cover = np.clip((clouds + float(draw.uniform(-1.2, 0.6))) * 0.5, 0, 1)[..., None] * cloudy
    glow = np.array([250, 248, 244], np.float32) if weather < 2 else np.array(low, np.float32) * 1.08
    return resized(cut(base + (glow - base) * cover), camera.width, camera.height)


def hills(draw: np.random.Generator, canvas: Picture, camera: Camera, light: Floats) -> None:
    """A far ridge in haze and a nearer line of trees along the horizon."""
    horizon = camera.horizon()
    x = np.arange(-8, camera.width + 16, 6)
    for height, colour, roughness in (
        (draw.uniform(0, 46), (142, 152, 160), 1.9),
        (draw.uniform(8, 40), (84, 98, 78), 1.0),
    ):
        profile = patch(draw, roughness, 2, len(x), 0.7)[0]
        y = horizon - np.clip(height * (0.6 + 0.4 * profile), 0, None)
        tilt = (x - camera.width / 2) * np.tan(camera.roll)
        line = np.column_stack([x, y + tilt])
        outline = np.vstack([line, [[camera.width + 20, camera.height * 2], [-20, camera.height * 2]]])
        fill(canvas, fixed(outline), rgb(np.array(colour) * light * draw.uniform(0.85, 1.1)))


def strip(near: float, far: float, left: float = -150.0, right: float = 150.0) -> Points:
    """A strip of ground between two distances from the front wall (y), as a world polygon."""
    return np.array([[left, near, 0.0], [right, near, 0.0], [right, far, 0.0], [left, far, 0.0]])


def ground(draw: np.random.Generator, canvas: Picture, camera: Camera, sun: Sun, plot: tuple[float, float]) -> None:
    """Lawn or paving, sidewalk, kerb and street; ``plot`` is the main building's left and right edge."""
    light = sun.on(np.array([0.0, 0.0, 1.0]))

    def tone(*colour: float) -> Colour:
        return rgb(np.array(colour) * light * draw.uniform(0.86, 1.1))

    lawns = ((104, 122, 66), (128, 132, 76), (150, 138, 96), (166, 160, 150), (142, 136, 128))
    lawn = lawns[int(draw.integers(len(lawns)))]
    fill(canvas, camera.polygon(strip(-30, 400)), tone(*lawn))
    fill(canvas, camera.polygon(strip(-7.4, -5.6)), tone(176, 172, 164))
    fill(canvas, camera.polygon(strip(-9.0, -7.4)), tone(*lawns[int(draw.integers(3))]))
    fill(canvas, camera.polygon(strip(-9.3, -9.0)), tone(196, 192, 184))
    fill(canvas, camera.polygon(strip(-60, -9.3)), tone(*(float(draw.uniform(70, 112)),) * 3))
    if draw.random() < 0.7:  # most plots have a drive
        left = float(draw.uniform(plot[0], plot[1] - 3))
        fill(canvas, camera.polygon(strip(-9.3, 0, left, left + 3)), tone(170, 166, 160))
    if draw.random() < 0.6:  # many streets have a centre line
        for start in range(-60, 60, 7):
            fill(canvas, camera.polygon(strip(-15.6, -15.45, start, start + 3.2)), tone(214, 190, 96))
    _grain(draw, canvas, camera)


def _grain(draw: np.random.Generator, canvas: Picture, camera: Camera) -> None:
    """Coarse and fine grain on everything below the horizon, in perspective; two pixels wide, as a lens leaves it."""
    top = int(np.clip(camera.horizon() + 4, 0, camera.height - 2))
    rows = (camera.height - top) // 2
    across = np.arange(0, camera.width, 2, dtype=np.float32)[None, :]
    below = np.arange(top, top + 2 * rows, 2, dtype=np.float32)[:, None]
    x, y, w = (a * across + b * below + c for a, b, c in camera.ground(40.0).astype(np.float32))
    w[np.abs(w) < HORIZON] = HORIZON  # the horizon itself is infinitely far away
    column = (x / w + float(draw.uniform(0, TILE))).astype(np.int32) & (TILE - 1)
    line = (y / w + float(draw.uniform(0, TILE))).astype(np.int32) & (TILE - 1)
    fade = np.clip(np.arange(rows, dtype=np.float32) / 30, 0.1, 1)[:, None]
    grain = resized_floats(_earth()[line, column] * fade, camera.width, 2 * rows).astype(np.int16)
    ground_rows = canvas[top : top + 2 * rows]
    ground_rows[:] = cv2.add(ground_rows, cv2.merge([grain, grain, grain]), dtype=cv2.CV_8U)


@cache
def _earth() -> Floats:
    """Fine grain and coarse mottle in one seamless tile, in grey levels."""
    return 8 * tile(0.8) + 7 * tile(1.7)


def shade(canvas: Picture, camera: Camera, polygons: list[Points], sun: Sun) -> None:
    """Darken what lies in shadow; edges are soft, more so under a veiled sun."""
    if sun.direct < 0.15:  # no visible shadows
        return
    top = int(np.clip(camera.horizon(), 0, camera.height - 8))
    mask = np.zeros((camera.height // 2, camera.width // 2), np.uint8)
    for polygon in polygons:
        outline = camera.polygon(polygon)
        if outline is not None:
            fill(mask, outline // 2, 255)
    soft = cv2.GaussianBlur(mask[top // 2 :], (0, 0), 1.2 + 3 * (1 - sun.direct)).astype(np.float32)
    below = canvas[top:]
    full = cv2.resize(soft, (camera.width, below.shape[0]), interpolation=cv2.INTER_LINEAR) * (0.62 * sun.direct / 255)
    for channel, keeps in enumerate((1.0, 0.98, 0.92)):  # shadows are lit by the sky: bluer
        below[..., channel] = below[..., channel] * (1 - keeps * full)


def wires(draw: np.random.Generator, canvas: Picture, camera: Camera, light: Floats) -> None:
    """A pole at the kerb and sagging wires."""
    x, y = float(draw.uniform(-14, 14)), -8.4
    tall = float(draw.uniform(8.5, 11))
    ends = np.array([[x, y, 0.0], [x, y, tall], [x - 1.2, y, tall - 0.7], [x + 1.2, y, tall - 0.7]])
    if (camera.view(ends)[:, 2] < 1.5).any():  # the photographer would stand in it
        return
    foot, top, left, right = (point(each) for each in np.clip(camera.project(ends), -4000, 4000))
    thick = max(1, int(camera.focal * 0.28 / camera.view(ends[:1])[0, 2]))
    if thick > 11:  # pixels: it would hide the building
        return
    wood = rgb(np.array([98.0, 84.0, 70.0]) * light)
    stroke(canvas, (foot, top), wood, thick)
    stroke(canvas, (left, right), wood, thick // 2)
    for side in (-1.1, 0.0, 1.1):
        run = np.linspace(-34, 34, 25)
        sag = tall - 0.6 + 0.0012 * run**2 - 1.2
        points = np.column_stack([x + run + side * 0.3, np.full(25, y) + side * 0.2, sag])
        visible = points[camera.view(points)[:, 2] > 1]
        if len(visible) > 1:
            stroke(canvas, np.clip(camera.project(visible), -4000, 4000), (46, 46, 48))
