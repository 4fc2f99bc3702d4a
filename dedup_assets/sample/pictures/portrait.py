"""Booking photographs: one backdrop and one pose for everybody, a drawn face, the clothes and the light of the day."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures import hair, head
from dedup_assets.sample.pictures.noise import Floats, Picture, patch, rng, tile
from dedup_assets.sample.pictures.paint import blurred, cut, point, resized_floats, stroke

if TYPE_CHECKING:
    from dedup_assets.sample.pictures.person import Person

WIDTH, HEIGHT = 400, 500
CLOTHES = (
    (40, 42, 48), (214, 214, 210), (150, 40, 38), (44, 62, 96), (70, 92, 62), (214, 148, 60), (120, 118, 116),
    (96, 60, 96), (172, 188, 204), (222, 200, 156),
)  # fmt: skip


@cache
def backdrop() -> Picture:
    """The measuring wall, the same behind everybody: pale plaster with height lines."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    glow = 176 - 34 * np.hypot((x - WIDTH * 0.46) / WIDTH, (y - HEIGHT * 0.4) / HEIGHT)
    wall = cut((glow + 2.2 * tile(1.4)[:HEIGHT, :WIDTH])[..., None] * np.array([0.97, 1.0, 1.03], np.float32))
    for number, row in enumerate(range(30, HEIGHT, 37)):
        mark = 78 - 2 * number
        stroke(wall, ((0, row), (WIDTH, row)), (128, 130, 134), 2 if number % 2 == 0 else 1)
        if number % 2 == 0:
            for left in (8, WIDTH - 44):
                cv2.putText(
                    wall, str(mark), (left, row - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (96, 98, 102), 2, cv2.LINE_AA
                )
    return wall


def portrait(who: Person, seed: str, number: str) -> Picture:
    """A booking photograph (500, 400, 3) of ``who`` under ``number``; pose, clothes and light come from ``seed``."""
    draw = rng(seed, "portrait")
    today = replace(who, wide=who.wide * float(draw.uniform(0.94, 1.06)))
    pose = head.Pose(
        x=WIDTH * (0.5 + float(draw.normal(0, 0.022))),
        y=HEIGHT * float(draw.uniform(0.385, 0.45)),
        half=today.wide * WIDTH,
        tilt=float(draw.normal(0, 2.4)),
        light=float(draw.uniform(-0.65, 0.65)),
        mood=float(draw.normal(0, 1)),
    )
    canvas = backdrop().copy()
    _shadow_on_wall(canvas, pose)
    hair.behind(draw, canvas, today, pose)
    _body(draw, canvas, today, pose)
    head.face(draw, canvas, today, pose)
    hair.in_front(draw, canvas, today, pose)
    _placard(canvas, number, int(HEIGHT * draw.uniform(0.86, 0.9)))
    return canvas


def _shadow_on_wall(canvas: Picture, pose: head.Pose) -> None:
    """The lamp throws a soft shadow of head and shoulders to the side away from the light."""
    quarter = np.zeros((HEIGHT // 4, WIDTH // 4), np.uint8)
    half = pose.half / 4
    x, y = (pose.x - pose.light * 50) / 4, (pose.y + 14) / 4
    for at, size in (((x, y), (half * 1.1, half * 1.5)), ((x, HEIGHT * 0.245), (half * 2.4, HEIGHT * 0.065))):
        cv2.ellipse(quarter, point(at), point(size), 0, 0, 360, (255,), -1)
    soft = resized_floats(blurred(quarter, 7), WIDTH, HEIGHT)
    canvas[:] = canvas * (1 - 0.2 * soft)[..., None]


def _body(draw: np.random.Generator, canvas: Picture, who: Person, pose: head.Pose) -> None:
    """Shoulders in a garment with folds, and the neck in its collar."""
    chin = pose.y + who.tall * pose.half
    top, reach = chin + pose.half * 0.36, pose.half * who.shoulders
    across = (np.arange(WIDTH, dtype=np.float32) - pose.x) / reach
    _garment(draw, canvas, pose, (top, reach), across)
    neck = pose.half * who.neck
    drop = float(draw.choice([0.30, 0.36, 0.85])) * pose.half
    right = [(neck, chin - pose.half * 0.6), (neck * 1.12, top + pose.half * 0.12), (neck * 0.5, top + drop * 0.8)]
    throat = [
        *((pose.x + x, y) for x, y in right),
        (pose.x, top + drop),
        *((pose.x - x, y) for x, y in reversed(right)),
    ]
    below_chin = ((np.arange(HEIGHT, dtype=np.float32) - chin) / (pose.half * 0.34)) ** 2
    shade = (-34 * np.exp(-below_chin))[:, None] + (pose.light * 30 * across)[None, :]
    head.lay(canvas, head.smooth(throat, (HEIGHT, WIDTH)), np.array(who.skin) * 0.8, shade)


def _garment(
    draw: np.random.Generator, canvas: Picture, pose: head.Pose, at: tuple[float, float], across: Floats
) -> None:
    """Cloth from ``at``, its upper edge and half its width, down; a quarter wears stripes."""
    top, reach = at
    half = pose.half
    right = [
        (half * 0.75, top + half * 0.14), (reach * 0.8, top + half * 0.55), (reach * 0.98, top + half * 1.1),
        (reach, HEIGHT + 20),
    ]  # fmt: skip
    outline = [(pose.x + x, y) for x, y in right] + [(pose.x - x, y) for x, y in reversed(right)]
    colour = np.array(CLOTHES[int(draw.integers(len(CLOTHES)))]) * draw.uniform(0.8, 1.1)
    folds = 12 * patch(draw, 1.9, HEIGHT, WIDTH, 1.2) + 4 * patch(draw, 0.7, HEIGHT, WIDTH)
    if draw.random() < 0.25:
        folds = folds + (np.sin(np.arange(HEIGHT) * draw.uniform(0.2, 0.5)) * 26).astype(np.float32)[:, None]
    folds = folds + (pose.light * 26 * across - 22 * across**2)[None, :]
    head.lay(canvas, head.smooth(outline, (HEIGHT, WIDTH)), colour, folds)


def _placard(canvas: Picture, number: str, top: int) -> None:
    """A board with the booking number, held in front."""
    left, right, bottom = int(WIDTH * 0.27), int(WIDTH * 0.73), min(HEIGHT - 4, top + 58)
    cv2.rectangle(canvas, (left, top), (right, bottom), (30, 32, 36), -1)
    cv2.rectangle(canvas, (left + 3, top + 3), (right - 3, bottom - 3), (206, 206, 202), 1, cv2.LINE_AA)
    for text, at, size, thick in (("PORT ALMENDRA", (30, 20), 0.46, 1), (number, (36, 46), 0.76, 2)):
        place = (left + at[0], top + at[1])
        cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (226, 226, 220), thick, cv2.LINE_AA)
