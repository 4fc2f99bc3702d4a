"""Whether a page is a scene, and not a form, plan, map, receipt or screenshot.

Put here that one guess. It decides only how widely a page is searched, never a verdict: a photograph that is taken for
a graphic loses copies beyond 31 bits, and turned ones; a graphic that is taken for a photograph costs time.

What tells them apart, by grey alone. A graphic is drawn on a ground, so few levels of grey make up most of it; a sheet
of paper fills one level and its neighbours; and from afar it is evenly light, where a scene has a sky, a ground and
shadows. Taken for photographs, of those that hold enough to be compared: portraits 100 of 100, buildings 11 of 11,
snapshots of clothes 300 of 300, cameras' samples 104 of 105 (the other is drawn); receipts 0 of 50, PDF pages 0 of 4,
drawn plans and maps 0 of 90 (a third of them with scanner noise), forms 0 of 30. Coloured or badly lit scans of book
pages are taken for photographs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 384  # pixels are picked, not averaged: averaging makes many levels out of ink and paper
_NEAR = 10
# Bits of entropy of the grey levels: forms, plans, maps and receipts up to 4.6, photographs of all sets from 5.3, but
# for night scenes and things on black, whose commonest level is dark: nothing dark is told from a photograph here
MIN_ENTROPY, DARK = 5.0, 96
# Share of pixels within 10 levels of the commonest: sheets from 0.81, photographs under a bright sky up to 0.67
MAX_GROUND, BRIGHT = 0.70, 180
# Standard deviation of 8 x 8 means, in grey levels: forms and maps up to 6.9, photographs from 10.3
MIN_CONTRAST = 8.0


def is_photograph(decoded: Image.Image, thumbnail: NDArray[np.uint8]) -> bool:
    """Whether a page looks like a scene. ``decoded``: mode L, any size; ``thumbnail``: uint8 (64, 64) of the same."""
    step = max(1, max(decoded.size) // _SIDE)
    picked = decoded if step == 1 else Image.fromarray(np.asarray(decoded)[::step, ::step].copy())
    shares = np.asarray(picked.histogram(), np.float64) / (picked.width * picked.height)
    near = np.convolve(shares, np.ones(2 * _NEAR + 1), "same")
    ground = int(near.argmax())
    held = shares[shares > 0]
    entropy = -float((held * np.log2(held)).sum())
    contrast = float(thumbnail.reshape(8, 8, 8, 8).mean(axis=(1, 3)).std())
    drawn = entropy < MIN_ENTROPY and ground >= DARK
    sheet = float(near[ground]) > MAX_GROUND and ground >= BRIGHT
    even = contrast < MIN_CONTRAST and ground >= DARK
    return not (drawn or sheet or even)
