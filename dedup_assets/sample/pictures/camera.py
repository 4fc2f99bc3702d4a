"""A pinhole camera: points of the street, in metres, to points of the picture, in pixels.

World: x along the street, y away from it (the front wall of the main building stands at y = 0), z up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from dedup_assets.sample.pictures.paint import Fixed, fixed

Points = NDArray[np.float64]

NEAR = 0.4  # metres: nothing nearer is drawn


@dataclass(frozen=True)
class Camera:
    """Where the photographer stands and looks. Angles in radians, focal length in pixels."""

    width: int
    height: int
    focal: float
    position: tuple[float, float, float]
    yaw: float
    pitch: float
    roll: float

    @cached_property
    def rotation(self) -> Points:
        """World to camera axes (right, down, forward)."""
        cy, sy, cp, sp, cr, sr = (
            cos(self.yaw),
            sin(self.yaw),
            cos(self.pitch),
            sin(self.pitch),
            cos(self.roll),
            sin(self.roll),
        )
        forward = np.array([sy * cp, cy * cp, sp])
        right = np.array([cy, -sy, 0.0])
        down = np.array([sy * sp, cy * sp, -cp])  # forward x right
        return np.stack([cr * right + sr * down, cr * down - sr * right, forward])

    def view(self, points: Points) -> Points:
        """World points (n, 3) in camera axes."""
        return np.asarray((points - np.array(self.position)) @ self.rotation.T)

    def on_picture(self, viewed: Points) -> Points:
        """Camera-axis points (n, 3), all in front, as pixels (n, 2)."""
        scale = self.focal / np.maximum(viewed[:, 2:], 1e-6)
        centre = np.array([self.width / 2, self.height / 2])
        return np.asarray(viewed[:, :2] * scale + centre)

    def project(self, points: Points) -> Points:
        """World points (n, 3) as pixels (n, 2). The caller knows that they are in front of the camera."""
        return self.on_picture(self.view(points))

    def polygon(self, points: Points) -> Fixed | None:
        """A world polygon as fixed-point pixels, clipped at the near plane; None when nothing is left."""
        viewed = self.view(points)
        clipped = _clip(viewed)
        if len(clipped) < 3:  # a polygon has three corners
            return None
        pixels = self.on_picture(clipped)
        return fixed(pixels)

    def horizon(self) -> float:
        """The picture row of the horizon in the middle of the picture."""
        forward = np.array([[sin(self.yaw), cos(self.yaw), 0.0]]) * 1e6 + np.array(self.position)
        return float(self.project(forward)[0, 1])

    def ground(self, scale: float) -> Points:
        """3x3: picture pixels to ground coordinates (x, y) times ``scale``, for points below the horizon."""
        rotation = self.rotation
        translation = rotation @ -np.array(self.position)
        intrinsic = np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1.0]])
        plane = intrinsic @ np.column_stack([rotation[:, 0], rotation[:, 1], translation])
        return np.asarray(np.diag([scale, scale, 1.0]) @ np.linalg.inv(plane))


def _clip(viewed: Points) -> Points:
    """The part of a polygon that lies beyond the near plane (Sutherland and Hodgman's rule for one plane)."""
    if (viewed[:, 2] >= NEAR).all():
        return viewed
    kept: list[Points] = []
    for here, there in zip(viewed, np.roll(viewed, -1, axis=0), strict=True):
        inside, next_inside = here[2] >= NEAR, there[2] >= NEAR
        if inside:
            kept.append(here)
        if inside != next_inside:
            share = (NEAR - here[2]) / (there[2] - here[2])
            kept.append(here + share * (there - here))
    return np.array(kept).reshape(-1, 3)
