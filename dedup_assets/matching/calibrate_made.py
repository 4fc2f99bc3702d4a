"""Copies and look-alikes that are made for the calibration: their truth is known because they are made.

Edits of photographs that a copy suffers, documents that are drawn, scanned again, or drawn with one sign changed. Put
here what is done to pixels. Keep out what comes of it (``calibrate``).
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dedup_assets.matching.calibrate import Pair, labelled
from dedup_assets.matching.verify.picture import FINE, of_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from dedup_assets.matching.calibrate import Labelled

    Pixels = NDArray[np.uint8]
    Edit = Callable[[Pixels, np.random.Generator], Pixels]

_PAPER = (238, 238, 236)
_LETTER = (1275, 1650)  # pixels of a letter page at 150 dots an inch
_WORDS = (
    "setback",
    "required",
    "approved",
    "plan",
    "check",
    "fire",
    "exit",
    "access",
    "ramp",
    "energy",
    "lot",
    "grading",
)


def _random(*key: object) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    """``pixels`` written as a JPEG and read again."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "JPEG", quality=quality)
    return np.asarray(Image.open(held).convert("RGB"), np.uint8)


def at_most(pixels: Pixels, longest: int) -> Pixels:
    """``pixels`` with a longer side of at most ``longest``."""
    factor = longest / max(pixels.shape[:2])
    return pixels if factor >= 1 else scaled(pixels, factor, factor)


def scaled(pixels: Pixels, across: float, down: float) -> Pixels:
    """``pixels`` so many times as wide and high."""
    size = (max(1, round(pixels.shape[1] * across)), max(1, round(pixels.shape[0] * down)))
    way = cv2.INTER_AREA if across < 1 or down < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)


def toned(pixels: Pixels, gain: float = 1.0, offset: float = 0.0, gamma: float = 1.0) -> Pixels:
    """``pixels`` times ``gain`` plus ``offset`` (grey levels, clipped), to the power of ``gamma``."""
    value = np.clip(pixels.astype(np.float32) * gain + offset, 0, 255) / 255
    return np.asarray(np.round(255 * value**gamma), np.uint8)


def cropped(pixels: Pixels, share: float, draw: np.random.Generator) -> Pixels:
    """A window with ``share`` of the area cut off, anywhere."""
    high, wide = (int(side * np.sqrt(1 - share)) for side in pixels.shape[:2])
    top, left = (
        int(draw.integers(0, side - kept + 1)) for side, kept in zip(pixels.shape[:2], (high, wide), strict=True)
    )
    return np.ascontiguousarray(pixels[top : top + high, left : left + wide])


def rotated(pixels: Pixels, degrees: float) -> Pixels:
    """``pixels`` turned a little on paper."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=_PAPER), np.uint8
    )


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """``pixels`` blurred by a Gaussian of ``sigma`` thousandths of the longer side."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma * max(pixels.shape[:2]) / 1000), np.uint8)


def noisy(pixels: Pixels, sigma: float, draw: np.random.Generator) -> Pixels:
    """``pixels`` with noise of ``sigma`` grey levels."""
    return np.asarray(np.clip(pixels + draw.normal(0, sigma, pixels.shape), 0, 255), np.uint8)


def bordered(pixels: Pixels, share: float, colour: tuple[int, int, int]) -> Pixels:
    """``pixels`` with a frame ``share`` of the longer side wide."""
    wide = int(max(pixels.shape[:2]) * share)
    return np.asarray(cv2.copyMakeBorder(pixels, *(4 * (wide,)), cv2.BORDER_CONSTANT, value=colour), np.uint8)


def written(pixels: Pixels, text: str, at: tuple[float, float], size: float, colour: tuple[int, int, int]) -> Pixels:
    """``pixels`` with ``text`` at shares of width and height, letters ``size`` of the height."""
    image = Image.fromarray(pixels)
    height, width = pixels.shape[:2]
    font = ImageFont.load_default(max(8, size * height))
    ImageDraw.Draw(image).text((at[0] * width, at[1] * height), text, fill=colour, font=font)
    return np.asarray(image, np.uint8)


def scanned(pixels: Pixels, draw: np.random.Generator) -> Pixels:
    """A sheet through a scanner: up to 1.5 degrees askew, a dimmer lamp, grain, a little blur, and a JPEG."""
    askew = rotated(pixels, float(draw.choice([-1, 1]) * draw.uniform(0.3, 1.5)))
    dim = noisy(toned(askew, gain=float(draw.uniform(0.9, 1.0))), 3.0, draw)
    return jpeg(blurred(dim, float(draw.uniform(0.25, 0.55))), int(draw.integers(50, 86)))


def walked_by(pixels: Pixels, draw: np.random.Generator) -> Pixels:
    """The next frame of a burst: part of the picture has moved aside, the camera by a pixel, the noise is another."""
    height, width = pixels.shape[:2]
    wide, high = int(width * draw.uniform(0.06, 0.14)), int(height * draw.uniform(0.2, 0.4))
    left, top = int(draw.integers(wide, width - 2 * wide)), int(draw.integers(0, height - high))
    where = np.zeros((height, width), np.float32)
    where[top : top + high, left : left + wide] = 1
    soft = cv2.GaussianBlur(where, (0, 0), 2.0)[..., None]
    moved = np.asarray(pixels * (1 - soft) + np.roll(pixels, wide, 1) * soft, np.uint8)
    shift = np.array([[1, 0, draw.normal(0, 0.8)], [0, 1, draw.normal(0, 0.8)]])
    seen = np.asarray(cv2.warpAffine(moved, shift, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)
    return jpeg(noisy(seen, 2.0, draw), 88)


COPIES: Mapping[str, Edit] = {
    "jpeg 30": lambda p, _: jpeg(p, 30),
    "jpeg 10": lambda p, _: jpeg(p, 10),
    "half size": lambda p, _: scaled(p, 0.5, 0.5),
    "thumbnail 160": lambda p, _: jpeg(at_most(p, 160), 80),
    "thumbnail 100": lambda p, _: jpeg(at_most(p, 100), 75),
    "brightness +40": lambda p, _: toned(p, offset=40),
    "brightness -40": lambda p, _: toned(p, offset=-40),
    "contrast 1.5": lambda p, _: toned(p, 1.5, -64),
    "contrast 0.6": lambda p, _: toned(p, 0.6, 51),
    "gamma 0.6": lambda p, _: toned(p, gamma=0.6),
    "gamma 1.7": lambda p, _: toned(p, gamma=1.7),
    "grey": lambda p, _: np.repeat(np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), np.uint8)[..., None], 3, 2),
    "warm": lambda p, _: np.asarray(np.clip(p * np.array([1.15, 1.0, 0.8]), 0, 255), np.uint8),
    "blur 2": lambda p, _: blurred(p, 2),
    "noise 8": lambda p, draw: noisy(p, 8, draw),
    "aspect 0.9": lambda p, _: scaled(p, 1.0, 0.9),
    "rotated 2": lambda p, _: rotated(p, 2),
    "rotated 5": lambda p, _: rotated(p, -5),
    "crop 10 %": lambda p, draw: cropped(p, 0.1, draw),
    "crop 20 %": lambda p, draw: cropped(p, 0.2, draw),
    "crop 30 %": lambda p, draw: cropped(p, 0.3, draw),
    "crop 40 %": lambda p, draw: cropped(p, 0.4, draw),
    "border 5 %": lambda p, _: bordered(p, 0.05, (255, 255, 255)),
    "border 15 %": lambda p, _: bordered(p, 0.15, (0, 0, 0)),
    "crop, half, jpeg 30": lambda p, draw: jpeg(scaled(cropped(p, 0.2, draw), 0.5, 0.5), 30),
    "mirrored": lambda p, _: np.ascontiguousarray(p[:, ::-1]),
}
OVERLAID: Mapping[str, Edit] = {
    "date stamp": lambda p, _: written(p, "2026-03-04 10:22", (0.62, 0.92), 0.04, (255, 170, 30)),
    "telephone number": lambda p, _: written(p, "(213) 555-0147", (0.2, 0.45), 0.09, (255, 255, 0)),
    "caption": lambda p, _: written(p, "FOR SALE BY OWNER", (0.1, 0.8), 0.08, (255, 255, 255)),
}
_PAGES: Mapping[str, Edit] = {
    "page: jpeg 30": lambda p, _: jpeg(p, 30),
    "page: gamma 0.6": lambda p, _: toned(p, gamma=0.6),
    "page: contrast 0.6": lambda p, _: toned(p, 0.6, 51),
    "page: scan": scanned,
}


def made_from(sources: Mapping[str, Pixels], pages: int) -> Iterator[Pair]:
    """Pairs of each source with its edits and with the next frame of its burst, and of ``pages`` drawn documents.

    ``sources``: RGB uint8 photographs by name. Labels of copies are the names of edits; overlays are copies too, whose
    right verdict is a local change. What is not a copy is labelled with what was changed.
    """
    for name, pixels in sources.items():
        original = _made(name, pixels)
        for label, edit in {**COPIES, **OVERLAID}.items():
            yield _pair(original, _made(f"{name} {label}", edit(pixels, _random(name, label))), label, is_copy=True)
        yield _pair(original, _made(f"{name} burst", walked_by(pixels, _random(name, "burst"))), "burst", is_copy=False)
    for number in range(pages):
        yield from _form_pairs(number)
        yield from _map_pairs(number)


def _form_pairs(number: int) -> Iterator[Pair]:
    draw = _random("form", number)
    values = _values(draw)
    sheets = {"form": form(number % 4, values), "other form": form(number % 4, _one_digit_else(values, draw))}
    yield from _page_pairs(f"form {number}", sheets["form"], sheets["other form"], "one digit")


def _map_pairs(number: int) -> Iterator[Pair]:
    draw = _random("map", number)
    parcel = int(draw.integers(0, 40))
    yield from _page_pairs(
        f"map {number}", zoning_map(number % 4, parcel), zoning_map(number % 4, parcel + 1 + number % 7), "one parcel"
    )


def _page_pairs(name: str, page: Pixels, other: Pixels, change: str) -> Iterator[Pair]:
    original, changed = _made(name, page), _made(f"{name} changed", other)
    for label, edit in _PAGES.items():
        yield _pair(original, _made(f"{name} {label}", edit(page, _random(name, label))), label, is_copy=True)
    first, second, third = (
        _made(f"{name} scan {each}", scanned(what, _random(name, each)))
        for each, what in enumerate((page, page, other))
    )
    yield _pair(first, second, "page: scanned twice", is_copy=True)
    yield _pair(original, changed, f"{change}, drawn", is_copy=False)
    yield _pair(first, third, f"{change}, scanned", is_copy=False)
    for label, factor in (("half size", 0.5), ("a third", 0.33), ("a tenth", 0.1)):
        small, small_changed = (_made(f"{name} {label}", scaled(each, factor, factor)) for each in (page, other))
        yield _pair(small, small_changed, f"{change}, {label}", is_copy=False)


def form(template: int, values: Mapping[str, str]) -> Pixels:
    """An application on one of several templates, filled in with ``values``: RGB uint8, a letter page."""
    width, height = _LETTER
    sheet = Image.new("L", _LETTER, 252)
    pen, draw = ImageDraw.Draw(sheet), _random("template", template)
    pen.rectangle((60, 60, width - 60, 200), outline=40, width=3)
    pen.text((120, 90), "DEPARTMENT OF BUILDINGS", fill=30, font=ImageFont.load_default(40))
    for place, (label, value) in enumerate(values.items()):
        x, y = 70 + place % 3 * 390, 240 + place // 3 * 95
        pen.rectangle((x, y, x + 370, y + 80), outline=90, width=2)
        pen.text((x + 8, y + 4), label, fill=110, font=ImageFont.load_default(16))
        pen.text((x + 14, y + 30), value, fill=25, font=ImageFont.load_default(30))
    for row in range(20):
        y = 600 + row * 45
        pen.text(
            (70, y), " ".join(str(draw.choice(_WORDS)) for _ in range(9)), fill=50, font=ImageFont.load_default(20)
        )
        pen.rectangle((1140, y, 1165, y + 25), outline=80, width=2)
    pen.line((70, height - 95, 600, height - 95), fill=90, width=2)
    return _rgb(sheet)


def zoning_map(base: int, parcel: int) -> Pixels:
    """A zoning map of one of several quarters with one parcel outlined: RGB uint8 (1000, 1400, 3)."""
    sheet = Image.new("RGB", (1400, 1000), (250, 249, 244))
    pen, draw = ImageDraw.Draw(sheet), _random("quarter", base)
    lots = []
    for column in range(22):
        for row in range(11):
            if column % 6 == 5 or row % 3 == 2:  # noqa: PLR2004  # streets
                continue
            lot = (40 + column * 60, 40 + row * 82, 100 + column * 60, 122 + row * 82)
            fill = [(255, 246, 190), (255, 220, 170), (214, 232, 200), (225, 214, 236)][int(draw.integers(4))]
            pen.rectangle(lot, fill=fill, outline=(120, 120, 120))
            pen.text(
                (lot[0] + 8, lot[1] + 20),
                str(int(draw.integers(10, 99))),
                fill=(70, 70, 70),
                font=ImageFont.load_default(18),
            )
            lots.append(lot)
    pen.rectangle(lots[parcel % len(lots)], outline=(210, 20, 20), width=4)
    return _rgb(sheet)


def _values(draw: np.random.Generator) -> dict[str, str]:
    def number(*digits: int) -> str:
        return "-".join(str(int(draw.integers(10 ** (count - 1), 10**count))) for count in digits)

    return {
        "PERMIT NO.": number(5, 5, 5), "APN": number(4, 3, 3), "DATE": number(2, 2, 4),
        "ADDRESS": f"{number(4)} N SPRING ST", "VALUATION": f"$ {number(3)},{number(3)}",
        "UNITS": number(2), "ZONE": f"R{number(1)}-1", "FEE": number(4),
    }  # fmt: skip


def _one_digit_else(values: Mapping[str, str], draw: np.random.Generator) -> dict[str, str]:
    places = [(key, at) for key, value in values.items() for at, sign in enumerate(value) if sign.isdigit()]
    key, at = places[int(draw.integers(len(places)))]
    digit = str((int(values[key][at]) + int(draw.integers(1, 10))) % 10)
    return {**values, key: values[key][:at] + digit + values[key][at + 1 :]}


def _rgb(sheet: Image.Image) -> Pixels:
    return np.asarray(sheet.convert("RGB"), np.uint8)


def _made(name: str, pixels: Pixels) -> Labelled:
    return labelled(name, name, "", "", of_pixels(at_most(pixels, FINE)))


def _pair(a: Labelled, b: Labelled, label: str, *, is_copy: bool) -> Pair:
    return Pair(a, b, is_copy=is_copy, labels=(label,))
