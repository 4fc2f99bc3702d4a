"""A fictional person: what stays the same from one booking photograph to the next. Nobody is meant by any of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.pictures.paint import Colour, rgb

SKINS: tuple[Colour, ...] = (
    (240, 204, 180), (228, 186, 158), (214, 168, 134), (198, 148, 112), (172, 122, 88), (142, 98, 70),
    (112, 76, 56), (88, 60, 46),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (34, 28, 26), (48, 36, 30), (76, 54, 40), (112, 80, 54), (158, 124, 84), (128, 66, 40), (148, 146, 144),
    (206, 202, 196),
)  # fmt: skip
DARK = 4  # from this skin on, hair and eyes are dark too
DARK_HAIRS = HAIRS[:2] + HAIRS[6:7]
EYES: tuple[Colour, ...] = ((70, 48, 34), (92, 66, 42), (96, 104, 70), (92, 116, 134), (58, 40, 30))
STYLES = ("bald", "cropped", "short", "parted", "long", "curly", "tied")
BEARDS = ("none", "none", "none", "stubble", "moustache", "goatee", "full")


@dataclass(frozen=True)
class Person:
    """Shares are of the head's half width; colours are RGB, 0 to 255."""

    skin: Colour
    hair: Colour
    eyes: Colour
    style: str
    beard: str
    wide: float  # half width of the head, as a share of the picture's width
    tall: float  # half height, as a share of the half width
    jaw: float  # 0 pointed to 1 square
    eye_gap: float
    eye_size: float
    eye_tilt: float
    brow: float  # thickness
    brow_tilt: float
    nose: tuple[float, float]  # length and width
    mouth: tuple[float, float]  # width and fullness
    shoulders: float
    neck: float
    age: float  # 0 young to 1 old


def person(seed: str) -> Person:
    """The person that belongs to ``seed``."""
    draw = rng(seed, "person")

    tone = int(draw.integers(len(SKINS)))

    def colour(options: tuple[Colour, ...]) -> Colour:
        chosen = np.array(options[int(draw.integers(len(options)))]) * draw.uniform(0.9, 1.08) + draw.normal(0, 4, 3)
        return rgb(np.clip(chosen, 14, 250))

    return Person(
        skin=colour(SKINS[tone : tone + 1]),
        hair=colour(HAIRS if tone < DARK else DARK_HAIRS),
        eyes=colour(EYES if tone < DARK else EYES[:2]),
        style=STYLES[int(draw.integers(len(STYLES)))],
        beard=BEARDS[int(draw.integers(len(BEARDS)))],
        wide=float(draw.uniform(0.155, 0.2)),
        tall=float(draw.uniform(1.26, 1.48)),
        jaw=float(draw.uniform(0, 1)),
        eye_gap=float(draw.uniform(0.36, 0.46)),
        eye_size=float(draw.uniform(0.15, 0.2)),
        eye_tilt=float(draw.uniform(-0.18, 0.12)),
        brow=float(draw.uniform(0.05, 0.11)),
        brow_tilt=float(draw.uniform(-0.12, 0.1)),
        nose=(float(draw.uniform(0.5, 0.68)), float(draw.uniform(0.17, 0.29))),
        mouth=(float(draw.uniform(0.28, 0.42)), float(draw.uniform(0.06, 0.15))),
        shoulders=float(draw.uniform(1.7, 2.5)),
        neck=float(draw.uniform(0.5, 0.72)),
        age=float(draw.uniform(0, 1)),
    )
