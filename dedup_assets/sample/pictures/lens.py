"""From a clean drawing to what a phone's camera would have stored: blur, vignette, white balance, tone and noise.

Put here what a camera does to light. Keep out files: JPEG and EXIF are ``jpeg.py``.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from dedup_assets.sample.pictures.noise import Picture, tile
from dedup_assets.sample.pictures.paint import cut, grey

SIDE = 720  # pixels: larger than any picture plus the reach of its random crop
LEVELS = 4


@cache
def _vignette(height: int, width: int, level: int) -> Picture:
    """Brightness kept, 255 in the middle; corners lose 10 to 34 %."""
    y = (np.arange(height, dtype=np.float32) / height - 0.5)[:, None]
    x = (np.arange(width, dtype=np.float32) / width - 0.5)[None, :]
    kept = 255 * (1 - (0.10 + 0.08 * level) * 2 * (x * x + y * y))
    return grey(kept.astype(np.uint8))


@cache
def _noise(level: int) -> tuple[Picture, Picture]:
    """Sensor noise (SIDE, SIDE, 3) of deviation 1.2 to 3.0, a little coloured: what it adds, and what it takes."""
    strength = 1.2 + 0.6 * level
    grey_grain, red, blue = (np.tile(tile(0.25, variant), (2, 2))[:SIDE, :SIDE] for variant in range(3))
    grain = np.round(np.stack([grey_grain + 0.5 * red, grey_grain, grey_grain + 0.7 * blue], axis=2) * strength)
    return cut(grain), cut(-grain)


def expose(draw: np.random.Generator, picture: Picture, cast: float = 0.025) -> Picture:
    """A photograph (height, width, 3) of a drawing of the same shape; ``cast`` is the spread of its white balance."""
    height, width = picture.shape[:2]
    soft = cv2.GaussianBlur(picture, (3, 3), float(draw.uniform(0.45, 0.8)))
    level = np.linspace(0, 1, 256) ** float(draw.uniform(0.85, 1.15))
    curve = 0.93 * level + 0.07 * level * level * (3 - 2 * level)
    gain = float(draw.uniform(0.98, 1.26)) * (1 + draw.normal(0, cast, 3))
    table = np.clip(np.round(curve[:, None] * gain[None, :] * 255), 0, 255).astype(np.uint8)
    toned = cv2.LUT(soft, table[None])
    dimmed = cv2.multiply(toned, _vignette(height, width, int(draw.integers(LEVELS))), scale=1 / 255)
    top, left = int(draw.integers(0, SIDE - height)), int(draw.integers(0, SIDE - width))
    there = (slice(top, top + height), slice(left, left + width))
    adds, takes = _noise(int(draw.integers(LEVELS)))
    return np.asarray(cv2.subtract(cv2.add(dimmed, adds[there]), takes[there]), np.uint8)
