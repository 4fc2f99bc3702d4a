"""Scanned paper: inspection records on one template, blank sheets, and the "no photo available" card.

Two records with different values are different documents however near their hashes are; that is what they are for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dedup_assets.sample.pictures.noise import Picture, patch, rng
from dedup_assets.sample.pictures.paint import cut, grey, stroke

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH, HEIGHT = 612, 792  # US letter at 72 dots an inch
FIELDS = (  # label, name in the values, left, top, width
    ("PERMIT NO.", "permit", 40, 118, 184), ("ASSESSOR PARCEL", "parcel", 232, 118, 184),
    ("ZONE", "zone", 424, 118, 148),
    ("JOB ADDRESS", "address", 40, 164, 376), ("DATE", "date", 424, 164, 148), ("VALUATION", "valuation", 40, 210, 184),
    ("DWELLING UNITS", "units", 232, 210, 184), ("INSPECTOR", "inspector", 424, 210, 148),
)  # fmt: skip
CHECKS = (
    "Setbacks and property lines", "Footings and reinforcement", "Framing and shear walls",
    "Roof covering and drainage", "Exit doors and stairs", "Smoke and carbon monoxide alarms",
    "Energy and insulation", "Accessible path of travel",
)  # fmt: skip


@cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own built-in face, so that no font of the machine decides what is drawn."""
    return ImageFont.load_default(size)


@cache
def template() -> Image.Image:
    """The empty record, printed black on white; every scan starts from this very sheet."""
    sheet = Image.new("L", (WIDTH, HEIGHT), 252)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((28, 28, WIDTH - 28, 100), outline=40, width=2)
    pen.ellipse((40, 38, 92, 90), outline=50, width=2)
    pen.ellipse((50, 48, 82, 80), outline=90, width=1)
    pen.text((108, 38), "CITY OF PORT ALMENDRA", fill=30, font=_font(20))
    pen.text((108, 64), "Building inspection record", fill=50, font=_font(15))
    pen.text((108, 84), "FORM B-17   REV. 03", fill=90, font=_font(9))
    for label, _, x, y, wide in FIELDS:
        pen.rectangle((x - 6, y - 6, x + wide, y + 34), outline=110, width=1)
        pen.text((x, y - 3), label, fill=110, font=_font(8))
    pen.text((34, 262), "DESCRIPTION OF WORK", fill=110, font=_font(8))
    for y in (292, 316, 340):
        pen.line((34, y, 572, y), fill=150, width=1)
    pen.rectangle((34, 362, 572, 386), fill=226, outline=110)
    pen.text((40, 368), "ITEM", fill=60, font=_font(11))
    for x, label in ((394, "PASS"), (452, "FAIL"), (512, "N/A")):
        pen.text((x, 368), label, fill=60, font=_font(11))
    for number, check in enumerate(CHECKS):
        y = 392 + number * 27
        pen.text((40, y), check, fill=60, font=_font(12))
        pen.line((34, y + 21, 572, y + 21), fill=190, width=1)
        for x in (400, 458, 516):
            pen.rectangle((x, y, x + 14, y + 14), outline=90, width=1)
    pen.text((34, 622), "REMARKS", fill=110, font=_font(8))
    for y in (654, 678, 702):
        pen.line((34, y, 572, y), fill=170, width=1)
    pen.text((34, 730), "SIGNATURE", fill=110, font=_font(8))
    pen.line((34, 760, 280, 760), fill=100, width=1)
    pen.text((34, 772), "Keep with the permit. This record is part of the public file.", fill=120, font=_font(8))
    return sheet


def record(seed: str, values: Mapping[str, str]) -> Picture:
    """A scan (792, 612, 3) of one filled-in record.

    ``values``: permit, parcel, zone, address, date, valuation, units, inspector, work; what is not given stays blank.
    """
    draw = rng(seed, "form")
    sheet = template().copy()
    pen = ImageDraw.Draw(sheet)
    for _, name, x, y, _ in FIELDS:
        at = (x + 2 + draw.uniform(-1, 3), y + 9 + draw.uniform(-2, 2))
        pen.text(at, values.get(name, ""), fill=int(draw.integers(20, 60)), font=_font(16))
    words = values.get("work", "").split()
    for row, y in enumerate((274, 298, 322)):
        pen.text((40, y), " ".join(words[row * 7 : row * 7 + 7]), fill=40, font=_font(14))
    paper = grey(np.asarray(sheet))
    for number in range(len(CHECKS)):
        column = (400, 458, 516)[int(draw.choice(3, p=[0.84, 0.05, 0.11]))]
        _tick(draw, paper, column, 392 + number * 27)
    for y in (646, 670):
        _scrawl(draw, paper, (40, y), int(draw.integers(330, 420)), 5)
    _scrawl(draw, paper, (48, 748), int(draw.integers(130, 190)), 10)
    _stamp(draw, paper, values.get("date", ""))
    return _scan(draw, paper)


def blank(seed: str) -> Picture:
    """A scan of an empty sheet: nothing but paper and scanner noise."""
    return _scan(rng(seed, "blank"), np.full((HEIGHT, WIDTH, 3), 252, np.uint8))


def placeholder() -> Picture:
    """The card that a records system shows where it has no photograph."""
    card = Image.new("RGB", (640, 480), (222, 224, 226))
    pen = ImageDraw.Draw(card)
    pen.rectangle((18, 18, 622, 462), outline=(176, 180, 184), width=3)
    pen.rounded_rectangle((246, 128, 394, 232), 12, outline=(150, 154, 160), width=6)
    pen.ellipse((288, 146, 352, 210), outline=(150, 154, 160), width=6)
    pen.rectangle((270, 112, 306, 128), fill=(150, 154, 160))
    pen.text((150, 276), "NO PHOTO AVAILABLE", fill=(120, 124, 130), font=_font(32))
    pen.text((188, 324), "Record migrated without an image", fill=(140, 144, 150), font=_font(17))
    return np.asarray(card, np.uint8)


def _tick(draw: np.random.Generator, paper: Picture, x: int, y: int) -> None:
    start, low, end = (x + 1, y + 7), (x + 5, y + 13), (x + 15 + int(draw.integers(0, 4)), y - 3)
    jitter = draw.integers(-1, 2, (3, 2))
    stroke(paper, np.array([start, low, end]) + jitter, (58, 52, 120), 2)


def _scrawl(draw: np.random.Generator, paper: Picture, at: tuple[int, int], length: int, size: int) -> None:
    """Handwriting that nobody can read: a running wave of changing height, with gaps between words."""
    steps = np.arange(0, length, 2.0)
    wave = np.cumsum(draw.normal(0, 0.35, len(steps)))
    y = at[1] + size * np.sin(steps * 0.55 + wave) * draw.uniform(0.3, 1.0, len(steps)) - size * 0.4
    points = np.column_stack([at[0] + steps + 2 * np.sin(steps * 0.55 + wave + 1.2), y])
    for start in range(0, len(points), 26):
        word = points[start : start + int(draw.integers(14, 24))]
        stroke(paper, word, (52, 50, 110))


def _stamp(draw: np.random.Generator, paper: Picture, date: str) -> None:
    """RECEIVED and a date, pressed on askew in worn ink."""
    ink = Image.new("L", (190, 66), 0)
    pen = ImageDraw.Draw(ink)
    pen.rounded_rectangle((2, 2, 187, 63), 6, outline=230, width=4)
    pen.text((26, 7), "RECEIVED", fill=230, font=_font(27))
    pen.text((54, 40), date, fill=230, font=_font(16))
    askew = ink.rotate(float(draw.uniform(-9, 9)), expand=True, resample=Image.Resampling.BILINEAR)
    wide, high = askew.size
    turned = np.asarray(askew, np.float32) * np.clip(0.7 + 0.3 * patch(draw, 0.9, high, wide), 0, 1) / 255
    left, top = int(draw.integers(350, 372)), int(draw.integers(676, 690))
    region = paper[top : top + high, left : left + wide]
    colour = np.array([(36, 60, 150), (160, 34, 40), (60, 50, 110)][int(draw.integers(3))], np.float32)
    region[:] = region + (colour - region) * (turned * 0.85)[..., None]


def _scan(draw: np.random.Generator, paper: Picture) -> Picture:
    """What the scanner made of it: a slightly turned sheet, a warm or grey lamp, noise, a shadow at one edge."""
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), float(draw.normal(0, 0.12)), 1.0)
    turn[:, 2] = turn[:, 2] + draw.normal(0, 0.7, 2)
    blank_edge = (236, 236, 234)
    flat = cv2.warpAffine(paper, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=blank_edge)
    lamp = np.array([1.0, draw.uniform(0.97, 1.0), draw.uniform(0.92, 0.99)], np.float32)
    lamp *= np.float32(draw.uniform(0.9, 1.0))
    fold = np.exp(-np.arange(WIDTH, dtype=np.float32) / np.float32(draw.uniform(8, 11)))
    edge = 1 - np.float32(draw.uniform(0.04, 0.06)) * fold
    grain = 2.4 * patch(draw, 0.1, HEIGHT, WIDTH, 1.6) + 0.3 * patch(draw, 1.6, HEIGHT, WIDTH, 1.6)
    image = cut(flat * lamp * edge[None, :, None] + grain[..., None])
    return np.asarray(cv2.GaussianBlur(image, (3, 3), 0.5), np.uint8)
