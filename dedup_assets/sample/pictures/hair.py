"""Hair of a booking photograph: behind the head, and in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.sample.pictures.head import Outline, Pose, lay, smooth
from dedup_assets.sample.pictures.noise import Picture, patch

if TYPE_CHECKING:
    from dedup_assets.sample.pictures.person import Person

LIFT = {"cropped": 1.04, "short": 1.14, "parted": 1.2, "long": 1.16, "curly": 1.3, "tied": 1.1}  # shares of the skull


def behind(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose) -> None:
    """Hair that is seen beside and above the head: long, curly or tied up."""
    tall = who.tall
    right = {
        "long": [(0, -tall * 1.2), (0.9, -tall), (1.3, -0.2), (1.36, 1.2), (1.2, 2.1), (0.5, 2.2)],
        "curly": [(0, -tall * 1.42), (0.9, -tall * 1.26), (1.46, -tall * 0.6), (1.44, 0.1), (1.1, 0.5)],
        "tied": [(0, -tall * 1.55), (0.5, -tall * 1.42), (0.5, -tall * 1.1), (1.05, -tall * 0.6), (1.02, 0.1)],
    }.get(who.style)
    if right:
        _paint(draw, canvas, who, pose, [*right, *((-x, y) for x, y in reversed(right[1:]))])


def in_front(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose) -> None:
    """Hair over the forehead and the temples; the older, the higher it begins."""
    lift = LIFT.get(who.style)
    if lift is None:
        return
    tall = who.tall
    line = -tall * (0.66 + 0.1 * who.age)
    temple = 0.02 - 0.2 * (lift < 1.1)
    half = [(1.06, temple), (1.1, -tall * 0.55), (0.7, -tall * 0.98 * lift)]
    crown = [*((-x, y) for x, y in half), (0.0, -tall * lift), *reversed(half)]
    parted = [
        (0.9, -0.3),
        (0.86, line * 0.85),
        (-0.2, line * 1.08),
        (-0.55, line * 1.22),
        (-0.78, line * 0.9),
        (-0.92, -0.25),
    ]
    long = [(0.98, 0.3), (0.86, -0.3), (0.5, line), (0.05, line * 1.3), (-0.5, line), (-0.86, -0.3), (-0.98, 0.3)]
    plain = [
        (0.92, -0.2),
        (0.84, line * 0.7),
        (0.5, line),
        (0, line * 1.05),
        (-0.5, line),
        (-0.84, line * 0.7),
        (-0.92, -0.2),
    ]
    _paint(draw, canvas, who, pose, crown + {"parted": parted, "long": long}.get(who.style, plain))


def _paint(draw: np.random.Generator, canvas: Picture, who: Person, pose: Pose, outline: Outline) -> None:
    """Strands (or curls) with a sheen on the crown and ragged edges."""
    high, wide = canvas.shape[:2]
    cover = smooth(pose.outline(outline), (high, wide), 1.6)
    curl = who.style == "curly"
    strands = patch(draw, 0.7, high, wide)
    if not curl:
        strands = np.repeat(patch(draw, 0.6, high // 6 + 1, wide), 6, axis=0)[:high]
    edge = (cover > 0.03) & (cover < 0.97)
    ragged = np.clip(cover + (0.5 if curl else 0.18) * strands * edge, 0, 1)
    rows = (np.arange(high, dtype=np.float32) - pose.y + pose.half * who.tall * 0.7) / (pose.half * 1.4)
    columns = (np.arange(wide, dtype=np.float32) - pose.x) / pose.half
    sheen = np.clip(-28 * rows**2, -26, 8)[:, None] + (pose.light * 14 * columns + 10)[None, :]
    lay(canvas, ragged, who.hair, 11 * strands + sheen)
