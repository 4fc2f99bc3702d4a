"""Tiles of natural-looking noise, made once per process and cropped at random by whoever needs texture.

Put here what has no meaning of its own: grain, cloud and mottle. Keep out anything that knows of buildings or cameras.
The tiles do not depend on the city's seed; where a picture crops them does.
"""

from __future__ import annotations

import hashlib
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

TILE = 512  # pixels
VARIANTS = 3  # different tiles of one roughness


def digest(*labels: object) -> str:
    """64 hexadecimal digits that stand for the labels."""
    return hashlib.sha256("\x1f".join(map(str, labels)).encode()).hexdigest()


def rng(*labels: object) -> np.random.Generator:
    """A generator that depends on nothing but its labels, whatever was drawn before and in whichever process."""
    return np.random.default_rng(int(digest(*labels)[:32], 16))


@cache
def _white(variant: int) -> tuple[NDArray[np.complex64], Floats]:
    """The spectrum of one field of white noise, and the frequency of each of its terms (0 is given as 1)."""
    field = rng("tile", variant).standard_normal((TILE, TILE), np.float32)
    frequency = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]).astype(np.float32)
    frequency[0, 0] = 1.0
    return np.asarray(np.fft.rfft2(field), np.complex64), frequency


@cache
def tile(roughness: float, variant: int = 0) -> Floats:
    """A seamless ``TILE`` x ``TILE`` field of mean 0 and deviation 1 whose spectrum falls as frequency**-roughness.

    0 is white noise, about 1 plaster and grass, about 2 clouds (the usual 1/f family of natural textures).
    """
    spectrum, frequency = _white(variant)
    field = np.fft.irfft2(spectrum * frequency ** np.float32(-roughness), s=(TILE, TILE))
    field -= field.mean()
    return np.asarray(field / field.std(), np.float32)


def patch(draw: np.random.Generator, roughness: float, height: int, width: int, stretch: float = 1.0) -> Floats:
    """A random crop of a tile, ``height`` x ``width``; ``stretch`` > 1 enlarges the grain."""
    source: Floats = tile(roughness, int(draw.integers(VARIANTS)))
    high = min(TILE, max(2, int(height / stretch)))
    wide = min(TILE, max(2, int(width / stretch)))
    top, left = (int(draw.integers(0, TILE - n + 1)) for n in (high, wide))
    crop: Floats = source[top : top + high, left : left + wide]
    if crop.shape == (height, width):
        return crop
    return np.asarray(cv2.resize(crop, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
