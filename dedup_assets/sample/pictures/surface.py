"""Materials seen head-on: plaster, brick, boards, panels, tiles and glass, as flat 8-bit textures.

Put here grain and colour. Keep out where windows and doors go (``facade.py``), light and the camera.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures.noise import Floats, Picture, patch
from dedup_assets.sample.pictures.paint import cut, grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.sample.pictures.building import Building
    from dedup_assets.sample.pictures.paint import Colour

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


def rectangle(texture: Picture, box: Box, colour: Colour, line: int = -1) -> None:
    """A filled (or, with ``line``, outlined) rectangle."""
    left, top, right, bottom = box
    cv2.rectangle(texture, (left, top), (right - 1, bottom - 1), colour, line)


def shade(region: Picture, factor: float) -> None:
    """Darken part of a texture."""
    region[:] = (region * np.float32(factor)).astype(np.uint8)


def tint(colour: Colour, factor: float) -> Colour:
    """A colour made lighter or darker."""
    red, green, blue = (min(255.0, channel * factor) for channel in colour)
    return red, green, blue


def paste(texture: Picture, stamp: Picture, left: int, top: int) -> None:
    """Lay ``stamp`` on ``texture``; what would stick out at the right or below is cut off."""
    high, wide = texture.shape[:2]
    bottom, right = min(high, top + stamp.shape[0]), min(wide, left + stamp.shape[1])
    if top >= 0 and left >= 0 and bottom > top and right > left:
        texture[top:bottom, left:right] = stamp[: bottom - top, : right - left]


def coloured(colour: Colour, relief: Floats) -> Picture:
    """A colour made lighter and darker by a relief (height, width) in grey levels."""
    steps = (np.arange(256, dtype=np.float32) - 128) * 2
    table = cut(np.array(colour, np.float32) + steps[:, None])
    return np.asarray(cv2.LUT(grey(cut(relief * 0.5 + 128)), table[None]), np.uint8)


def material(draw: np.random.Generator, building: Building, size: tuple[int, int], ppm: float) -> Picture:
    """A bare wall of a building, ``size`` (height, width) in pixels at ``ppm`` pixels a metre."""
    height, width = size
    relief: Floats = 5.0 * patch(draw, 1.0, height, width) + 5.0 * patch(draw, 1.8, height, width, 3.0)
    if building.material == "brick":
        relief = relief + _bricks(draw, size, ppm)
    elif building.material == "siding":
        rows = (np.arange(height, dtype=np.float32) / ppm / 0.22) % 1.0
        relief = relief + np.where(rows > 0.84, np.float32(-34.0), 10 * (rows - 0.5))[:, None]
    elif building.material in {"panel", "glass"}:
        relief = relief * 0.6 + _panels(draw, size, ppm)
    stain = np.linspace(4.0, -14.0, height, dtype=np.float32)[:, None]
    return coloured(building.wall, relief + stain)


def _bricks(draw: np.random.Generator, size: tuple[int, int], ppm: float) -> Floats:
    height, width = size
    rows, columns = max(2, int(height / ppm / 0.16)), max(2, int(width / ppm / 0.42))
    course = (np.arange(height) * rows / height) % 1.0
    return _grown(draw.normal(0, 13, (rows, columns)), size) + np.where(course < 0.2, 16, 0).astype(np.float32)[:, None]


def _panels(draw: np.random.Generator, size: tuple[int, int], ppm: float) -> Floats:
    height, width = size
    panel = float(draw.uniform(1.2, 3.2))
    rows, columns = max(1, round(height / ppm / panel)), max(1, round(width / ppm / panel / 1.4))
    field = _grown(draw.normal(0, 5, (rows, columns)), size)
    for index in range(1, rows):
        field[index * height // rows] -= 30
    for index in range(1, columns):
        field[:, index * width // columns] -= 26
    return field


def _grown(tones: NDArray[np.float64], size: tuple[int, int]) -> Floats:
    """Tones (rows, columns) as flat blocks over ``size``."""
    blocks = cv2.resize(tones.astype(np.float32), size[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(blocks, np.float32)


def roof(draw: np.random.Generator, building: Building, size: tuple[int, int], ppm: float) -> Picture:
    """A slope seen square on: courses of tiles or shingles, weathered."""
    height, width = size
    course = (np.arange(height, dtype=np.float32) / ppm / 0.3) % 1.0
    relief = np.where(course > 0.72, np.float32(-26.0), 8 * course)[:, None]  # the lap's shadow
    if building.kind == "villa":
        relief = relief + 14 * np.sin(np.arange(width, dtype=np.float32) / ppm / 0.26 * 2 * np.pi)[None, :]
    speckle = 9 * patch(draw, 0.5, height, width) + 8 * patch(draw, 1.8, height, width, 2.0)
    return coloured(building.roof_colour, relief + speckle)


def glass(draw: np.random.Generator, height: int, width: int) -> Picture:
    """A pane that mirrors a bright sky above and dark things below, sometimes with a blind or a curtain behind it."""
    dark, bright = float(draw.uniform(26, 60)), float(draw.uniform(70, 165))
    ramp = np.linspace(bright, dark, height, dtype=np.float32)[:, None] + 9 * patch(draw, 1.8, height, width, 2.0)
    pane = cut(ramp[..., None] * np.array([0.86, 0.97, 1.08], np.float32))
    mood = draw.random()
    if mood < 0.3:
        low = int(height * draw.uniform(0.25, 0.9))
        pane[:low] = (pane[:low] * 0.35 + np.array([150, 144, 130]) * draw.uniform(0.6, 1.0)).astype(np.uint8)
        shade(pane[: low : max(2, height // 14)], 0.8)
    elif mood < 0.5:
        side = max(1, int(width * draw.uniform(0.14, 0.3)))
        for part in (pane[:, :side], pane[:, -side:]):
            part[:] = (part * 0.4 + np.array([128, 120, 108])).astype(np.uint8)
    return pane


def window(draw: np.random.Generator, building: Building, height: int, width: int) -> Picture:
    """A framed window of ``height`` x ``width`` pixels, with the panes of its building."""
    picture = glass(draw, height, width)
    frame = max(1, round(min(height, width) * 0.07))
    bar = max(1, frame // 2)
    columns, rows = building.panes
    for column in range(1, columns):
        x = column * width // columns
        rectangle(picture, (x, 0, x + bar, height), building.trim)
    for row in range(1, rows):
        y = row * height // rows
        rectangle(picture, (0, y, width, y + bar), building.trim)
    rectangle(picture, (0, 0, width, height), building.trim, frame)
    shade(picture[: max(1, height // 9)], 0.45)  # of the lintel
    return picture
