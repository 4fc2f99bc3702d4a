"""What one fictional building is made of: everything that stays the same from one photograph of it to the next.

Put here form, material and colour. Keep out light, season and viewpoint, which belong to a photograph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.pictures.paint import Colour, rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

WALLS: dict[str, tuple[Colour, ...]] = {
    "stucco": (
        (226, 214, 192), (238, 232, 220), (214, 190, 160), (196, 168, 134), (232, 205, 170), (205, 208, 200),
        (188, 198, 205), (222, 186, 160), (176, 150, 128), (150, 160, 150), (240, 238, 234), (170, 120, 96),
    ),
    "siding": (
        (232, 232, 226), (178, 196, 206), (198, 206, 182), (224, 210, 168), (140, 152, 160), (104, 118, 128),
        (214, 186, 170), (92, 100, 92), (166, 72, 60),
    ),
    "brick": ((150, 84, 66), (170, 104, 80), (126, 74, 62), (186, 142, 116), (204, 186, 166), (112, 92, 86)),
    "panel": ((196, 196, 192), (150, 152, 154), (92, 96, 102), (214, 204, 188), (180, 160, 140), (72, 74, 80)),
    "glass": ((70, 92, 108), (54, 78, 84), (96, 108, 116), (44, 56, 72)),
}  # fmt: skip
ROOFS: tuple[Colour, ...] = (
    (150, 82, 58), (166, 96, 68), (92, 88, 86), (70, 68, 70), (116, 104, 92), (132, 124, 116), (88, 76, 66),
    (108, 116, 112),
)  # fmt: skip
TRIMS: tuple[Colour, ...] = (
    (242, 240, 234), (238, 234, 224), (84, 66, 52), (58, 62, 66), (44, 74, 66), (120, 44, 40), (70, 90, 110),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """Ranges that one kind of building draws its measures from (metres)."""

    width: tuple[float, float]
    depth: tuple[float, float]
    storeys: tuple[int, int]
    storey: tuple[float, float]
    materials: tuple[str, ...]
    roofs: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "house": Kind(
        (9, 16), (8, 12), (1, 2), (2.7, 3.1), ("stucco", "siding", "siding", "brick"), ("side", "front", "hip")
    ),
    "villa": Kind((11, 18), (9, 13), (1, 2), (2.9, 3.3), ("stucco",), ("hip", "side", "flat")),
    "modern": Kind((9, 15), (9, 13), (2, 3), (2.9, 3.3), ("stucco", "panel"), ("flat",)),
    "apartments": Kind((14, 24), (12, 18), (2, 5), (2.8, 3.0), ("stucco", "brick", "panel"), ("flat", "flat", "hip")),
    "shop": Kind((9, 22), (10, 16), (1, 3), (3.6, 4.4), ("stucco", "brick", "panel"), ("flat",)),
    "office": Kind((18, 30), (14, 20), (3, 8), (3.4, 3.8), ("panel", "glass", "brick"), ("flat",)),
    "warehouse": Kind((20, 36), (18, 26), (1, 1), (6.0, 8.5), ("panel", "brick", "stucco"), ("flat", "front")),
    "hall": Kind((42, 64), (30, 40), (1, 2), (8.0, 11.0), ("panel", "glass", "stucco"), ("flat",)),
}


@dataclass(frozen=True)
class Building:
    """One building. Colours are RGB, 0 to 255; measures are metres."""

    seed: str
    kind: str
    width: float
    depth: float
    storeys: int
    storey: float
    material: str
    wall: Colour
    second: Colour
    trim: Colour
    roof: str
    roof_colour: Colour
    rise: float
    bay: float
    window: tuple[float, float, float]  # width and height as shares of bay and storey, sill as share of storey
    panes: tuple[int, int]
    door: float  # where along the front, 0 to 1
    wing: float  # width of a wing that stands forward; 0: none
    wing_left: bool
    trees: int
    fence: str  # none, hedge, picket, wall

    @property
    def height(self) -> float:
        """Height of the walls, in metres."""
        return self.storeys * self.storey


def pick(draw: np.random.Generator, options: Sequence[Colour]) -> Colour:
    """One colour, moved a little so that no two walls are alike."""
    colour = np.array(options[int(draw.integers(len(options)))]) * draw.uniform(0.86, 1.08) + draw.normal(0, 7, 3)
    return rgb(np.clip(colour, 18, 250))


def design(seed: str, kinds: Sequence[str]) -> Building:
    """The building that belongs to ``seed``: the same whenever it is asked for."""
    draw = rng(seed, "building")
    name = str(kinds[int(draw.integers(len(kinds)))])
    kind = KINDS[name]
    material = str(draw.choice(kind.materials))
    wall = pick(draw, WALLS[material])
    roof = str(draw.choice(kind.roofs))
    width = float(draw.uniform(*kind.width))
    houselike = name in {"house", "villa"}
    return Building(
        seed=seed,
        kind=name,
        width=width,
        depth=float(draw.uniform(*kind.depth)),
        storeys=int(draw.integers(kind.storeys[0], kind.storeys[1] + 1)),
        storey=float(draw.uniform(*kind.storey)),
        material=material,
        wall=wall,
        second=pick(draw, WALLS["stucco"] + WALLS["panel"]),
        trim=pick(draw, TRIMS),
        roof=roof,
        roof_colour=pick(draw, ROOFS),
        rise=float(draw.uniform(1.4, 3.2)) if roof != "flat" else 0.0,
        bay=float(draw.uniform(2.4, 4.4)),
        window=(float(draw.uniform(0.34, 0.8)), float(draw.uniform(0.36, 0.6)), float(draw.uniform(0.26, 0.36))),
        panes=(int(draw.integers(1, 4)), int(draw.integers(1, 4))),
        door=float(draw.uniform(0.12, 0.88)),
        wing=float(draw.uniform(0.28, 0.45)) * width if houselike and draw.random() < 0.6 else 0.0,
        wing_left=bool(draw.random() < 0.5),
        trees=int(draw.integers(0, 5)),
        fence=str(draw.choice(["none", "none", "hedge", "picket", "wall"])) if houselike else "none",
    )
