"""What a wall looks like head-on: where its windows, doors, balconies, shutters and signs are.

Put here openings. Keep out materials (``surface.py``), light (``solid.py``) and the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from dedup_assets.sample.pictures.surface import Box, glass, material, paste, rectangle, shade, tint, window

if TYPE_CHECKING:
    from dedup_assets.sample.pictures.building import Building
    from dedup_assets.sample.pictures.noise import Picture

OPEN_FRONTS = {"shop", "hall", "warehouse"}  # kinds whose ground floor is bays, not rooms
WITH_GARAGES = {"house", "villa", "modern"}
PANES = 2  # different windows of one wall


@dataclass
class Wall:
    """One wall being drawn, at ``ppm`` pixels a metre. ``storey`` is the height of a storey in pixels."""

    draw: np.random.Generator
    building: Building
    texture: Picture
    ppm: float
    storey: float
    panes: list[Picture] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.texture.shape[0])

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.texture.shape[1])

    def rooms(self, top: float, bays: int) -> None:
        """A storey of windows, ``bays`` of them, whose ceiling is at row ``top``."""
        building = self.building
        share, tall, sill = building.window if building.material != "glass" else (0.94, 0.74, 0.1)
        wide, high = max(3, int(self.width / bays * share)), max(3, int(self.storey * tall))
        y = int(top + self.storey * (1 - sill - tall))
        if not self.panes:
            self.panes = [window(self.draw, building, high, wide) for _ in range(PANES)]
        rim = max(1, wide // 16)
        for bay in range(bays):
            x = int((bay + 0.5) * self.width / bays - wide / 2)
            if building.material != "glass":
                rectangle(self.texture, (x - rim, y - rim, x + wide + rim, y + high + rim), tint(building.trim, 0.92))
                sill_box = (x - rim, y + high, x + wide + rim, y + high + 2 * rim)
                rectangle(self.texture, sill_box, tint(building.wall, 0.62))
            pane = self.panes[int(self.draw.integers(PANES))]
            bright = cv2.convertScaleAbs(pane, alpha=float(self.draw.uniform(0.75, 1.1)))
            paste(self.texture, np.asarray(bright, np.uint8), x, y)
            if building.kind == "apartments" and bay % 2 == int(building.door > 0.5):
                out = wide // 4
                self._balcony((x - out, int(top + self.storey * 0.62), x + wide + out, int(top + self.storey)))

    def _balcony(self, box: Box) -> None:
        left, top, right, bottom = box
        region = self.texture[max(0, top) : bottom, max(0, left) : min(self.width, right)]
        if region.size == 0:
            return
        high, wide = region.shape[:2]
        shade(region, 0.55)
        region[:, :: max(2, wide // 14)] = np.array(self.building.trim, np.uint8)
        region[: max(1, high // 12)] = np.array(self.building.trim, np.uint8)
        region[-max(1, high // 8) :] = np.array(tint(self.building.wall, 0.8), np.uint8)

    def ground_floor(self, top: int) -> None:
        """Shop windows under a sign, or the shutters of a warehouse."""
        building = self.building
        bays = max(2, round(self.width / self.ppm / 4.2))
        gap = self.width / bays
        for bay in range(bays):
            left, right = int((bay + 0.08) * gap), int((bay + 0.92) * gap)
            box = (left, top + int(self.storey * 0.3), right, top + int(self.storey))
            if building.kind != "warehouse":
                paste(self.texture, glass(self.draw, box[3] - box[1], right - left), left, box[1])
                rectangle(self.texture, box, building.trim, max(1, int(self.ppm * 0.07)))
            elif self.draw.random() < 0.6:
                rectangle(self.texture, box, tint(building.second, float(self.draw.uniform(0.7, 1.0))))
                slats = self.texture[max(0, box[1]) : box[3] : max(2, (box[3] - box[1]) // 18), left:right]
                slats[:] = np.array(tint(building.second, 0.5), np.uint8)
        if building.kind != "warehouse":
            self._sign((0, top + int(self.storey * 0.06), self.width, top + int(self.storey * 0.27)))

    def _sign(self, box: Box) -> None:
        """A fascia with letters that say nothing: the sample's shops have no real names."""
        left, top, right, bottom = box
        high = bottom - top
        second = self.building.second
        rectangle(self.texture, box, tint(second, 0.8))
        ink = (240.0, 236.0, 224.0) if sum(second) < 420 else (40.0, 38.0, 44.0)
        x = left + high
        while x < right - high:
            width = max(2, int(high * self.draw.uniform(0.2, 0.5)))
            if self.draw.random() < 0.8:  # the rest are blanks between words
                rectangle(self.texture, (x, top + high // 4, x + width, bottom - high // 4), ink, max(1, high // 10))
            x += width + max(2, high // 8)
        shade(self.texture[max(0, bottom) : bottom + max(1, high // 3), left:right], 0.6)

    def door(self) -> None:
        """The entrance, with a hood over that of apartments; some houses have a garage too."""
        building, texture, ppm = self.building, self.texture, self.ppm
        wide, high = int(ppm * 1.1), int(min(self.storey * 0.8, ppm * 2.15))
        left, top = int(building.door * (self.width - wide)), self.height - high
        rim, inset = max(1, int(ppm * 0.1)), max(2, wide // 6)
        rectangle(texture, (left - rim, top - rim, left + wide + rim, self.height), building.trim)
        rectangle(texture, (left, top, left + wide, self.height), tint(building.second, 0.62))
        for y in (top + inset, top + inset + high // 2):
            panel = (left + inset, y, left + wide - inset, y + high // 2 - 2 * inset)
            rectangle(texture, panel, tint(building.second, 0.5), 1)
        if building.kind == "apartments":
            hood = (left - wide // 2, top - int(ppm * 0.5), left + wide * 3 // 2, top - int(ppm * 0.28))
            rectangle(texture, hood, tint(building.trim, 0.9))
        if building.kind in WITH_GARAGES and self.width > ppm * 7 and self.draw.random() < 0.6:
            self._garage()

    def _garage(self) -> None:
        """A pale sectional door on the side away from the entrance; the wall around it hides the window it replaces."""
        building, texture, ppm = self.building, self.texture, self.ppm
        wide, high = int(ppm * 2.7), int(min(self.storey * 0.76, ppm * 2.1))
        left = int(self.width * 0.06) if building.door > 0.5 else int(self.width * 0.94) - wide
        reach, bottom = int(ppm * 0.9), self.height
        bare = (left - reach, bottom - int(self.storey * 0.92), left + wide + reach, bottom)
        rectangle(texture, bare, tint(building.wall, 0.97))
        pale = tint((226.0, 222.0, 212.0), 0.7 + 0.3 * building.door)
        rectangle(texture, (left - 2, bottom - high - 2, left + wide + 2, bottom), tint(pale, 0.75))
        rectangle(texture, (left, bottom - high, left + wide, bottom), pale)
        for row in range(1, 4):
            y = bottom - high + row * high // 4
            rectangle(texture, (left, y, left + wide, y + max(1, int(ppm * 0.04))), tint(pale, 0.7))
        shade(texture[bottom - high : bottom - high + max(1, high // 8), max(0, left) : left + wide], 0.5)

    def edges(self) -> None:
        """A plinth below; above, a coping, or the shadow of the eaves."""
        texture, ppm = self.texture, self.ppm
        shade(texture[-max(1, int(ppm * 0.35)) :], 0.78)
        if self.building.roof == "flat":
            coping = max(1, int(ppm * 0.28))
            texture[:coping] = np.array(tint(self.building.trim, 0.95), np.uint8)
            shade(texture[coping : 2 * coping], 0.62)
        else:
            eaves = np.linspace(0.42, 1.0, max(2, int(ppm * 0.9)), dtype=np.float32)[: self.height, None, None]
            texture[: len(eaves)] = (texture[: len(eaves)] * eaves).astype(np.uint8)


def wall(
    draw: np.random.Generator, building: Building, size_m: tuple[float, float], ppm: float, *, front: bool
) -> Picture:
    """One wall of a building, ``size_m`` (width, height) in metres; ``front`` has the door or the shop windows."""
    size = pixels(size_m, ppm)
    storeys = max(1, round(size_m[1] / building.storey))
    bays = max(1, round(size_m[0] / building.bay))
    drawn = Wall(draw, building, material(draw, building, size, ppm), ppm, size[0] / storeys)
    for level in range(storeys):
        top = size[0] - (level + 1) * drawn.storey
        if level == 0 and front and building.kind in OPEN_FRONTS:
            drawn.ground_floor(int(top))
        elif building.kind != "warehouse":
            drawn.rooms(top, bays if front else max(1, bays * 2 // 3))
    if front and building.kind not in OPEN_FRONTS:
        drawn.door()
    drawn.edges()
    return drawn.texture


def pixels(size_m: tuple[float, float], ppm: float) -> tuple[int, int]:
    """Height and width in pixels of a texture for (width, height) in metres."""
    return max(8, round(size_m[1] * ppm)), max(8, round(size_m[0] * ppm))
