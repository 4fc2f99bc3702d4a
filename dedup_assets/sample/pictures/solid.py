"""Buildings in space: walls and slopes as flat faces, lit by one sun, painted from far to near.

Put here geometry and light of solid things. Keep out what their surfaces show (``facade.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin, sqrt
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures import facade, surface
from dedup_assets.sample.pictures.camera import NEAR, Camera, Points
from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.pictures.paint import SHIFT, fixed, lit

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup_assets.sample.pictures.building import Building
    from dedup_assets.sample.pictures.noise import Floats, Picture

    Paint = Callable[[float, float, float], Picture]  # width and height in metres, pixels a metre


def cross(a: Points, b: Points) -> Points:
    """Unit vector along a x b; numpy's own takes ten times as long on two single vectors."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    return np.array([x, y, z]) / max(1e-12, sqrt(x * x + y * y + z * z))


TEXELS = 64_000  # pixels of a front's texture: about as many as the picture shows of it
SIDE_TEXELS, NEIGHBOUR_TEXELS = 26_000, 14_000


@dataclass(frozen=True)
class Sun:
    """Light of one photograph: direction in radians, share of direct light, and the two colours of light."""

    azimuth: float
    altitude: float
    direct: float
    warm: tuple[float, float, float]
    cool: tuple[float, float, float]

    @property
    def towards(self) -> Points:
        """Unit vector to the sun."""
        flat = cos(self.altitude)
        return np.array([sin(self.azimuth) * flat, -cos(self.azimuth) * flat, sin(self.altitude)])

    def on(self, normal: Points) -> Floats:
        """Factor per colour channel on a face whose outward unit normal is given."""
        facing = max(0.0, float(normal @ self.towards))
        sky = 0.5 + 0.5 * float(normal[2]) * 0.6
        ambient = (0.42 + 0.30 * (1 - self.direct)) * (0.7 + 0.6 * sky)
        light = np.array(self.warm) * self.direct * facing + np.array(self.cool) * ambient
        return light.astype(np.float32)


@dataclass(frozen=True)
class Face:
    """A flat polygon in space (n, 3) that shows part of a rectangle: ``origin`` is its upper left corner."""

    polygon: Points
    origin: Points
    right: Points  # along the upper edge, full length in metres
    down: Points
    paint: Paint
    texels: int  # pixels of its texture at most

    @property
    def normal(self) -> Points:
        """Outward unit normal: right x down turned to the viewer's side."""
        return cross(self.down, self.right)


def draw_face(canvas: Picture, camera: Camera, sun: Sun, face: Face) -> None:
    """Paint one face in perspective; faces that look away, or reach behind the camera, are left out."""
    if float(face.normal @ (np.array(camera.position) - face.polygon[0])) <= 0:
        return
    corners = np.stack(
        [face.origin, face.origin + face.right, face.origin + face.right + face.down, face.origin + face.down]
    )
    if (camera.view(np.concatenate([corners, face.polygon]))[:, 2] < NEAR).any():
        return
    outline = camera.project(face.polygon)
    low = np.maximum(np.floor(outline.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + 2, [camera.width, camera.height])
    wide, tall = (int(n) for n in high - low)
    if wide < 2 or tall < 2:  # nothing to see
        return
    width_m, height_m = _length(face.right), _length(face.down)
    pixels = camera.project(corners)
    span = max(_length(pixels[1] - pixels[0]) / width_m, _length(pixels[3] - pixels[0]) / height_m)
    ppm = min(span, 40.0, sqrt(face.texels / (width_m * height_m)))
    texture = face.paint(width_m, height_m, max(4.0, ppm))
    bright = lit(texture, sun.on(face.normal))
    rows, columns = texture.shape[:2]
    source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    transform = cv2.getPerspectiveTransform(source, (pixels - low).astype(np.float32))
    warped = cv2.warpPerspective(
        bright, transform, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros((tall, wide), np.uint8)
    cv2.fillPoly(mask, [fixed(outline - low)], (255,), shift=SHIFT)
    region = canvas[low[1] : high[1], low[0] : high[0]]
    cv2.copyTo(warped, mask, region)


def _length(vector: Points) -> float:
    return float(np.linalg.norm(vector))


def box_faces(
    building: Building, at: tuple[float, float, float], size: tuple[float, float], texels: int = TEXELS
) -> list[Face]:
    """Walls and roof of one block: ``at`` is its left front corner on the ground, ``size`` width and depth.

    Blinds, stains and bricks are drawn anew for each face from the building's seed, so they are the same from
    whichever side, and in whichever order, it is seen.
    """
    x, y, z = at
    wide, deep = size
    high = building.height
    up = np.array([0.0, 0.0, 1.0])

    def wall(start: Points, along: Points, *, front: bool) -> Face:
        top = start + up * high
        label = (building.seed, "wall", *(round(v) for v in along.tolist()))

        def paint(w: float, h: float, p: float) -> Picture:
            return facade.wall(rng(*label), building, (w, h), p, front=front)

        polygon = np.stack([top, top + along, start + along, start])
        return Face(polygon, top, along, -up * high, paint, texels if front else min(texels, SIDE_TEXELS))

    left_front, right_front = np.array([x, y, z]), np.array([x + wide, y, z])
    left_back = np.array([x, y + deep, z])
    faces = [
        wall(left_front, np.array([wide, 0.0, 0.0]), front=True),
        wall(right_front, np.array([0.0, deep, 0.0]), front=False),
        wall(left_back, np.array([0.0, -deep, 0.0]), front=False),
    ]
    if building.roof == "flat":
        return faces
    return faces + _roof_faces(building, (x, y, z + high), size)


def _roof_faces(building: Building, at: tuple[float, float, float], size: tuple[float, float]) -> list[Face]:
    """Slopes and gables over one block; the ridge runs along the street ("side", "hip") or away from it ("front")."""
    x, y, z = at
    wide, deep = size
    over = 0.5
    low = z - over * building.rise / (deep / 2 + over)
    x0, x1, y0, y1 = x - over, x + wide + over, y - over, y + deep + over
    ridge = z + building.rise

    def tiles(w: float, h: float, p: float) -> Picture:
        return surface.roof(rng(building.seed, "roof"), building, facade.pixels((w, h), p), p)

    def gable(w: float, h: float, p: float) -> Picture:
        return surface.material(rng(building.seed, "gable"), building, facade.pixels((w, h), p), p)

    if building.roof == "front":
        middle = (x0 + x1) / 2
        front, back = (middle, y0, ridge), (middle, y1, ridge)
        return [
            _plane([front, back, (x0, y1, low), (x0, y0, low)], tiles, (-1, 0, 1)),
            _plane([front, back, (x1, y1, low), (x1, y0, low)], tiles, (1, 0, 1)),
            _plane([(middle, y - 0.02, ridge), (x + wide, y - 0.02, z), (x, y - 0.02, z)], gable, (0, -1, 0)),
        ]
    inset = min(wide, deep) / 2 if building.roof == "hip" else 0.0
    left, right = (x0 + inset, (y0 + y1) / 2, ridge), (x1 - inset, (y0 + y1) / 2, ridge)
    faces = [_plane([left, right, (x1, y0, low), (x0, y0, low)], tiles, (0, -1, 1))]
    if inset:
        faces.append(_plane([right, (x1, y1, low), (x1, y0, low)], tiles, (1, 0, 1)))
        faces.append(_plane([left, (x0, y0, low), (x0, y1, low)], tiles, (-1, 0, 1)))
    else:
        ends = ((x + wide, (1, 0, 0)), (x, (-1, 0, 0)))
        middle = (y0 + y1) / 2
        faces += [_plane([(edge, middle, ridge), (edge, y1, low), (edge, y0, low)], gable, out) for edge, out in ends]
    return faces


def _plane(corners: list[tuple[float, float, float]], paint: Paint, outward: tuple[float, float, float]) -> Face:
    """A face on any planar polygon that looks roughly ``outward``; its texture's rows run level."""
    polygon = np.array(corners, float)
    normal = cross(polygon[1] - polygon[0], polygon[2] - polygon[0])
    normal *= np.sign(normal @ np.array(outward, float))
    level = cross(np.array([0.0, 0.0, 1.0]), normal)
    down = cross(normal * -1, level)
    along, fall = (polygon - polygon[0]) @ level, (polygon - polygon[0]) @ down
    origin = polygon[0] + along.min() * level + fall.min() * down
    return Face(
        polygon, origin, level * (along.max() - along.min()), down * (fall.max() - fall.min()), paint, SIDE_TEXELS
    )


def shadow(sun: Sun, at: tuple[float, float], size: tuple[float, float], height: float) -> Points:
    """Ground polygon (n, 3) that a block of ``height`` metres shades: the hull of its footprint and its moved roof."""
    x, y = at
    wide, deep = size
    base = np.array([[x, y], [x + wide, y], [x + wide, y + deep], [x, y + deep]], np.float32)
    towards = sun.towards
    reach = min(height / max(towards[2], 0.2), 40.0)
    moved = base - (towards[:2] * reach).astype(np.float32)
    hull = cv2.convexHull(np.concatenate([base, moved]).astype(np.float32))[:, 0]
    return np.column_stack([hull, np.zeros(len(hull))]).astype(np.float64)
