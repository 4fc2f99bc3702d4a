"""The bytes of the city's files: pictures drawn by worker processes, then what is derived from them.

Drawing is done in units: a list of pictures in, files on disk and their facts back; the same bytes in whichever
process.
Two different photographs whose hashes come close are drawn again, so that every near pair in the city was planted.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dedup_assets.sample.pictures import form, jpeg, lens
from dedup_assets.sample.pictures.building import design
from dedup_assets.sample.pictures.noise import rng
from dedup_assets.sample.pictures.person import person
from dedup_assets.sample.pictures.photograph import photograph
from dedup_assets.sample.pictures.portrait import portrait
from dedup_assets.sample.plan import Derived, Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from dedup_assets.engines import Progress
    from dedup_assets.sample.pictures.noise import Picture

UNIT = 24  # pictures of one unit: about a third of a second
# Bits of 256 that two different photographs must be apart by ``fingerprint``. It differs from imagehash's in up to 8
# bits of one picture, so by imagehash they are then never within the 31 bits of a candidate pair.
CLEARANCE = 48
ROUNDS = 8
PHOTOGRAPHS = ("building", "portrait")


@dataclass(frozen=True)
class File:
    """What was written: size in bytes, SHA-256, and the picture's own 256-bit hash as 32 bytes."""

    byte_size: int
    sha256: str
    fingerprint: bytes = b""


@dataclass(frozen=True)
class Unit:
    """Some pictures to draw below ``root``; ``attempts`` says how often each was drawn before."""

    root: Path
    drawings: tuple[tuple[str, Drawing, int], ...]


def make_files(
    root: Path, files: Mapping[str, Drawing | Derived], workers: int, progress: Progress
) -> tuple[dict[str, File], int]:
    """Write every file below ``root``; gives their facts, and the smallest distance between two different photographs.

    The distance is 256 where there are fewer than two photographs.

    Raises RuntimeError when photographs still look alike after ``ROUNDS`` rounds of drawing again.
    """
    drawings = {path: made for path, made in files.items() if isinstance(made, Drawing)}
    made: dict[str, File] = {}
    attempts = dict.fromkeys(drawings, 0)
    progress.start("pictures drawn", len(drawings))
    todo = sorted(drawings)
    distance = 256
    for attempt in range(ROUNDS):
        units = [
            Unit(root, tuple((path, drawings[path], attempts[path]) for path in todo[at : at + UNIT]))
            for at in range(0, len(todo), UNIT)
        ]
        for done in _run(units, workers):
            made |= done
            progress.advance(len(done) if attempt == 0 else 0)
        distance, todo = _crowded({path: made[path] for path in drawings if drawings[path].kind in PHOTOGRAPHS})
        if not todo:
            break
        for path in todo:
            attempts[path] += 1
    else:
        raise RuntimeError(f"{len(todo)} photographs look alike after {ROUNDS} rounds; choose another seed")
    for path, derived in sorted(files.items()):
        if isinstance(derived, Derived):
            made[path] = _write(root, path, derive((root / derived.source).read_bytes(), derived.change, path))
    progress.finish()
    return made, distance


def _run(units: list[Unit], workers: int) -> Iterator[dict[str, File]]:
    """Do units in worker processes; a few pictures are drawn sooner than a process is started."""
    if workers == 1 or len(units) <= 2:
        yield from map(draw_unit, units)
        return
    with ProcessPoolExecutor(min(workers, len(units)), mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(draw_unit, unit) for unit in units]):
            yield future.result()


def draw_unit(unit: Unit) -> dict[str, File]:
    """Draw and write the pictures of one unit."""
    cv2.setNumThreads(1)  # as many processes as processors already
    return {path: _draw(unit.root, path, drawing, attempt) for path, drawing, attempt in unit.drawings}


def _draw(root: Path, path: str, drawing: Drawing, attempt: int) -> File:
    words = dict(drawing.what)
    seed = f"{drawing.seed}/{attempt}"
    draw = rng(seed, "file")
    picture = _picture(drawing.kind, words, seed, draw)
    exif = jpeg.exif_of(words, draw) if "captured" in words and drawing.kind in PHOTOGRAPHS else b""
    data = jpeg.encode(picture, int(draw.integers(76, 94)), exif)
    return _write(root, path, data, fingerprint(picture))


def _picture(kind: str, words: dict[str, str], seed: str, draw: np.random.Generator) -> Picture:
    if kind == "building":
        return lens.expose(draw, photograph(design(words["building"], words["kinds"].split()), seed))
    if kind == "portrait":
        return lens.expose(draw, portrait(person(words["person"]), seed, words["number"]), cast=0.01)
    if kind == "form":
        return form.record(seed, words)
    if kind == "blank":
        return form.blank(seed)
    return form.placeholder()


def _write(root: Path, path: str, data: bytes, bits: bytes = b"") -> File:
    target = root / path
    try:
        target.write_bytes(data)
    except FileNotFoundError:  # the first file of its folder
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return File(len(data), hashlib.sha256(data).hexdigest(), bits)


def fingerprint(picture: Picture) -> bytes:
    """256 bits much like imagehash's ``phash(hash_size=16)``, by OpenCV's faster area filter and cosine transform."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:16, :16]
    return np.packbits(low > np.median(low)).tobytes()


def distances(fingerprints: list[bytes]) -> NDArray[np.int64]:
    """All distances in bits between n fingerprints, (n, n)."""
    words = np.frombuffer(b"".join(fingerprints), np.uint64).reshape(-1, 4)
    return np.stack([np.bitwise_count(words ^ row).sum(axis=1, dtype=np.int64) for row in words])


def _crowded(photographs: dict[str, File]) -> tuple[int, list[str]]:
    """The smallest distance between two photographs, and those to draw again: of each close pair, the later path."""
    paths = sorted(photographs)
    if len(paths) < 2:  # no pair
        return 256, []
    apart = distances([photographs[path].fingerprint for path in paths])
    np.fill_diagonal(apart, 256)
    close = np.tril(apart < CLEARANCE).any(axis=1)
    return int(apart.min()), [paths[int(at)] for at in np.flatnonzero(close)]


def derive(data: bytes, change: str, path: str) -> bytes:
    """The bytes of a file made from ``data``, a JPEG: a word of ``MODIFICATIONS`` or ``BROKEN``, or copy.

    ``path`` only makes two files that are no pictures differ.
    """
    if change == "copy":
        return data
    if change == "truncated":
        return data[: len(data) * 2 // 5]
    if change == "not_an_image":
        return f"<!doctype html><title>502 Bad Gateway</title><p>{hashlib.sha256(path.encode()).hexdigest()}".encode()
    if change == "empty":
        return b""
    if change == "stripped":
        return jpeg.without_exif(data)
    return _modified(data, change)


def _modified(data: bytes, change: str) -> bytes:
    with Image.open(io.BytesIO(data)) as source:
        image = source.convert("RGB")
    if change == "resized":
        wide, tall = image.size
        image = image.resize((wide * 5 // 8, tall * 5 // 8), Image.Resampling.LANCZOS)
    elif change == "stamped":
        _stamp(image)
    elif change == "cropped":
        wide, tall = image.size
        image = image.crop((wide // 12, tall // 16, wide - wide // 9, tall - tall // 10))
    elif change == "mirrored":
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return jpeg.encode(np.asarray(image, np.uint8), 62 if change == "reencoded" else 85)


def _stamp(image: Image.Image) -> None:
    """The yellow date in the corner that a records system burns into what it exports."""
    wide, tall = image.size
    text, font = "PORT ALMENDRA 2026", ImageFont.load_default(max(12, wide // 38))
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    at = (wide - (right - left) - 12, tall - (bottom - top) - 14)
    pen.text(at, text, font=font, fill=(246, 200, 60))
