"""One photograph of one building: viewpoint, weather and light are drawn from the picture's own seed.

The same building from two seeds is two photographs of one thing: alike to a person, far apart for a hash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, radians
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup_assets.sample.pictures import plants, street
from dedup_assets.sample.pictures.building import KINDS, Building, design
from dedup_assets.sample.pictures.camera import Camera
from dedup_assets.sample.pictures.noise import Picture, rng
from dedup_assets.sample.pictures.paint import fill, rgb
from dedup_assets.sample.pictures.solid import NEIGHBOUR_TEXELS, Face, Sun, box_faces, draw_face, shadow

if TYPE_CHECKING:
    from dedup_assets.sample.pictures.camera import Points
    from dedup_assets.sample.pictures.noise import Floats

FRAMES = ((576, 432), (576, 432), (600, 400), (624, 351), (432, 576))  # pixels, wide and high
EVENING = 4


@dataclass(frozen=True)
class Weather:
    """Share of direct light, and the colour factors of sun and sky; in the order of ``street.SKIES``."""

    direct: float
    warm: tuple[float, float, float]
    cool: tuple[float, float, float]


WEATHERS = (
    Weather(0.95, (1.06, 1.00, 0.90), (0.66, 0.74, 0.86)),
    Weather(0.80, (1.04, 0.98, 0.90), (0.72, 0.78, 0.86)),
    Weather(0.35, (0.90, 0.88, 0.84), (0.90, 0.93, 0.97)),
    Weather(0.08, (0.80, 0.80, 0.80), (0.92, 0.95, 1.00)),
    Weather(0.85, (1.14, 0.90, 0.64), (0.60, 0.64, 0.76)),
)


class Thing(NamedTuple):
    """What stands in the street: a kind and variant of ``plants.cutout``, where, and how high (metres)."""

    kind: str
    x: float
    y: float
    size: float
    variant: int


def photograph(building: Building, seed: str) -> Picture:
    """A picture (height, width, 3) of ``building``; everything that the building does not fix comes from ``seed``."""
    draw = rng(seed, "photograph")
    camera = _stand(draw, building)
    weather = int(draw.integers(len(WEATHERS)))
    sun = _sun(draw, weather)
    light = sun.on(np.array([0.0, 0.0, 1.0])).clip(0, 1.2)
    canvas = street.sky(draw, camera, weather)
    street.hills(draw, canvas, camera, light)
    street.ground(draw, canvas, camera, sun, (-building.width / 2, building.width / 2))
    blocks, shades = _blocks(building, sun)
    things = _things(building, draw)
    street.shade(canvas, camera, shades + [_thing_shade(sun, each) for each in things], sun)
    for thing in things:
        if thing.y > 0:
            _place(draw, canvas, camera, thing, light)
    eye = np.array(camera.position)
    for block in sorted(blocks, key=lambda faces: -float(np.linalg.norm(_centre(faces) - eye))):
        for face in sorted(block, key=lambda each: -float(np.linalg.norm(_centre([each]) - eye))):
            draw_face(canvas, camera, sun, face)
    _fence(building, canvas, camera, light)
    for thing in sorted((each for each in things if each.y <= 0), key=lambda each: -each.y):
        _place(draw, canvas, camera, thing, light)
    if draw.random() < 0.4:  # share of streets with overhead wires
        street.wires(draw, canvas, camera, light)
    return canvas


def _sun(draw: np.random.Generator, weather: int) -> Sun:
    kind = WEATHERS[weather]
    low, high = (0.25, 0.45) if weather == EVENING else (0.5, 1.1)
    return Sun(float(draw.uniform(-1.2, 1.2)), float(draw.uniform(low, high)), kind.direct, kind.warm, kind.cool)


def _centre(faces: list[Face]) -> Points:
    return np.asarray(np.mean([face.polygon.mean(axis=0) for face in faces], axis=0))


def _stand(draw: np.random.Generator, building: Building) -> Camera:
    """Across the street or at the kerb, a little to one side, with the building filling most of the frame."""
    width, height = FRAMES[int(draw.integers(len(FRAMES)))]
    focal = float(draw.uniform(0.72, 1.15)) * max(width, height)
    tall = building.height + building.rise
    fit = max(building.width * focal / width, tall * 1.25 * focal / height)
    far = max(9.0, fit * float(draw.uniform(0.75, 1.35)))
    angle = radians(float(draw.uniform(-42, 42)))
    x, y, z = far * np.sin(angle) + draw.normal(0, building.width * 0.06), -far * np.cos(angle), draw.uniform(1.45, 1.9)
    aim = np.array([draw.normal(0, building.width * 0.12), building.depth * 0.2])
    yaw = atan2(aim[0] - x, aim[1] - y)
    pitch = atan2(tall * draw.uniform(0.3, 0.52) - z, far)
    return Camera(width, height, focal, (float(x), float(y), float(z)), yaw, pitch, float(draw.normal(0, 0.016)))


def _blocks(building: Building, sun: Sun) -> tuple[list[list[Face]], list[Points]]:
    """The main building, its wing, and its neighbours; with the ground that each shades."""
    left = -building.width / 2
    blocks = [box_faces(building, (left, 0.0, 0.0), (building.width, building.depth))]
    shades = [shadow(sun, (left, 0.0), (building.width, building.depth), building.height + building.rise * 0.6)]
    if building.wing:
        part = replace(building, width=building.wing, storeys=1, rise=min(building.rise, 1.8), bay=building.wing * 0.6)
        x = left if building.wing_left else left + building.width - building.wing
        blocks.append(box_faces(part, (x, -2.6, 0.0), (building.wing, 2.6)))
        shades.append(shadow(sun, (x, -2.6), (building.wing, 2.6), part.height))
    for side in (-1, 1):
        if rng(building.seed, "neighbour", side).random() < 0.75:  # the rest are gaps
            kinds = [building.kind] if building.kind in KINDS else ["house"]
            other = design(f"{building.seed}/{side}", kinds)
            gap = 1.2 + 5 * rng(building.seed, "gap", side).random()
            x = left - gap - other.width if side < 0 else left + building.width + gap
            blocks.append(box_faces(other, (x, 0.6, 0.0), (other.width, other.depth), NEIGHBOUR_TEXELS))
            shades.append(shadow(sun, (x, 0.6), (other.width, other.depth), other.height))
    return blocks, shades


def _things(building: Building, draw: np.random.Generator) -> list[Thing]:
    """What grows on the plot (fixed) and what is parked in the street today (drawn)."""
    own = rng(building.seed, "trees")
    found = [_plant(building, own) for _ in range(building.trees + 2)]
    for _ in range(int(draw.integers(0, 3))):
        x = float(draw.uniform(-1.1, 1.1) * building.width)
        found.append(Thing("car", x, -10.4, 1.75, int(draw.integers(8))))
    return found


def _plant(building: Building, own: np.random.Generator) -> Thing:
    kind = str(own.choice(["oak", "oak", "palm", "cypress", "bush"]))
    low, high = {"oak": (4, 9), "palm": (6, 13), "cypress": (4, 9), "bush": (0.8, 2)}[kind]
    size = float(own.uniform(low, high))
    behind = own.random() < 0.45  # share that grows at the back
    x = float(own.uniform(-0.9, 0.9)) * building.width
    y = float(building.depth + own.uniform(2, 14) if behind else -own.choice([1.2, 4.6, 8.2]))
    if not behind and kind == "oak" and abs(x) < building.width * 0.25:
        size *= 0.5  # nobody plants a great oak before the door
    return Thing(kind, x, y, size, int(own.integers(6)))


def _thing_shade(sun: Sun, thing: Thing) -> Points:
    """Ground polygon (14, 3) that a round thing shades."""
    spread = thing.size * 0.36
    reach = min(thing.size * 0.6 / max(sun.towards[2], 0.2), 14.0)
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    middle = np.array([thing.x, thing.y]) - sun.towards[:2] * reach
    return np.column_stack([middle[0] + spread * np.cos(turn), middle[1] + spread * 0.8 * np.sin(turn), np.zeros(14)])


def _place(draw: np.random.Generator, canvas: Picture, camera: Camera, thing: Thing, light: Floats) -> None:
    points = np.array([[thing.x, thing.y, 0.0], [thing.x, thing.y, thing.size]])
    if (camera.view(points)[:, 2] < 2.5).any():  # metres: too near to be in the picture
        return
    foot, top = camera.project(points)
    high = float(abs(foot[1] - top[1]))
    if thing.kind == "car" and high > camera.height * 0.22:  # a photographer would have stepped aside
        return
    what = (thing.kind, thing.variant)
    plants.place(canvas, what, (foot[0], foot[1]), high, light, mirror=bool(draw.random() < 0.5))


def _fence(building: Building, canvas: Picture, camera: Camera, light: Floats) -> None:
    """A hedge, pickets or a low wall along the sidewalk, open at the path; most have none."""
    if building.fence == "none":
        return
    tall = {"hedge": 1.1, "picket": 0.9, "wall": 0.8}[building.fence]
    colour = {"hedge": (78, 96, 54), "picket": (232, 230, 222), "wall": building.wall}[building.fence]
    tone = rgb(np.array(colour) * light)
    edge, y = building.width * 0.62, -5.4
    spans = [(-edge, -1.6), (1.6, edge)]
    if building.fence == "picket":
        spans = [(float(x), float(x) + 0.13) for left, right in spans for x in np.arange(left, right, 0.28)]
    for left, right in spans:
        corners = [[left, y, 0], [right, y, 0], [right, y, tall], [left, y, tall]]
        fill(canvas, camera.polygon(np.array(corners, float)), tone)
