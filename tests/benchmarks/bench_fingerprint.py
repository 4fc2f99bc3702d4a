"""What a fingerprint costs, beside the least that decoding can cost and beside imagehash on the whole picture.

    python tests/benchmarks/bench_fingerprint.py [FOLDER OF JPEGs ...]

Without folders, the buildings of the real data beside the project (DEDUP_SHARED) are taken, where they are.

Prints milliseconds of one process per image, the best of several rounds, all measured in this one run:
bare       Image.open, draft("L", (256, 256)), load(): the floor, nothing but the scaled decode
ours       everything `dedup fingerprint` says of a file: read, sha256, decode, EXIF, two hashes, quality
imagehash  imagehash.phash(Image.open(file)), one 64-bit hash and nothing else
Goal: ours <= 1.25 x bare on 12 megapixels. At the end the whole way with worker processes: `dedup fingerprint`, and
what `dedup match` reads, which is pages with their local features. Ratios are printed and not asserted: machines
differ.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in a worker; must be set before numpy is imported

import sys
import tempfile
import time
from pathlib import Path
from statistics import geometric_mean
from typing import TYPE_CHECKING

import imagehash
import numpy as np
from PIL import Image

from dedup_assets.engines import LocalEngine, SilentProgress
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.folder import fingerprint_paths, paged_fingerprints
from dedup_assets.images.limits import Limits
from dedup_assets.images.localfile import read_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dedup_assets.images.folder import FileRow

_ROUNDS = 7
_IMAGEHASH_ROUNDS = 3
_LIMITS = Limits()


def main(folders: list[str]) -> None:
    """Measure generated photographs, then those of ``folders``."""
    print(f"algorithm: {ALGORITHM_VERSION}")
    print(
        f"{'file':<34}{'MP':>6}{'MiB':>7}{'bare':>9}{'ours':>9}{'imagehash':>11}{'ours/bare':>11}{'imagehash/ours':>16}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        _table("generated 12-megapixel JPEGs", _generated(Path(scratch), 4032, 3024))
        for folder in folders:
            _table(folder, sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")))
        _throughput(Path(scratch))


def _generated(folder: Path, width: int, height: int) -> list[Path]:
    """Four textures with camera noise, at the qualities that cameras and portals use."""
    paths = []
    for seed, quality in enumerate((75, 85, 90, 95)):
        path = folder / f"{width}x{height}-q{quality}.jpg"
        _photograph(seed, width, height).save(path, quality=quality)
        paths.append(path)
    return paths


def _photograph(seed: int, width: int, height: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    pixels = np.zeros((height, width, 3), np.float32)
    for cell, weight in ((400, 0.5), (60, 0.3), (8, 0.2)):
        coarse = rng.integers(0, 256, (height // cell + 1, width // cell + 1, 3), dtype=np.uint8)
        pixels += weight * np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    pixels += rng.normal(0, 4, (height, width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _table(title: str, paths: Iterable[Path]) -> None:
    print(title)
    ratios = []
    for path in paths:
        bare, ours, whole = _measured(str(path))
        ratios.append((ours / bare, whole / ours))
        with Image.open(path) as image:
            pixels = image.width * image.height / 1e6
        costs = f"{bare:>9.2f}{ours:>9.2f}{whole:>11.1f}{ours / bare:>11.2f}{whole / ours:>16.1f}"
        print(f"  {path.name[-32:]:<32}{pixels:>6.1f}{path.stat().st_size / 2**20:>7.1f}{costs}")
    if ratios:
        first, second = (geometric_mean(column) for column in zip(*ratios, strict=True))
        print(f"  {'geometric mean':<74}{first:>11.2f}{second:>16.1f}")


def _measured(path: str) -> tuple[float, float, float]:
    """Milliseconds of bare, ours and imagehash; the first two take turns, so that neither has the quieter machine."""

    def bare() -> None:
        with Image.open(path) as image:
            image.draft("L", (256, 256))
            image.load()

    def ours() -> None:
        fingerprint(read_path(path, _LIMITS.max_bytes), _LIMITS)

    def whole() -> None:
        with Image.open(path) as image:
            imagehash.phash(image)

    turns = [(_seconds(bare), _seconds(ours)) for _ in range(_ROUNDS)]
    least = [1000 * min(column) for column in zip(*turns, strict=True)]
    return least[0], least[1], 1000 * min(_seconds(whole) for _ in range(_IMAGEHASH_ROUNDS))


def _seconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _throughput(folder: Path) -> None:
    """The whole way with worker processes, start-up included, on copies of half a megapixel; without pages and with."""
    count, workers = 500, os.cpu_count() or 1
    target = folder / "half"
    target.mkdir()
    some = [folder / f"small{seed}.jpg" for seed in range(5)]
    for seed, path in enumerate(some):
        _photograph(seed, 820, 620).save(path, quality=88)
    for number in range(count):
        (target / f"{number:04}.jpg").write_bytes(some[number % 5].read_bytes() + number.to_bytes(2, "big"))
    print(f"{count} images of 0.5 megapixel, {workers} workers, start-up included")
    _timed("fingerprints", lambda: fingerprint_paths([target], workers, _LIMITS, SilentProgress()))
    with LocalEngine(workers) as engine:
        _timed("with pages", lambda: paged_fingerprints([target], engine, _LIMITS, SilentProgress()))


def _timed(name: str, rows: Callable[[], Iterable[FileRow]]) -> None:
    began = time.perf_counter()
    done = sum(row["status"] == "ok" for row in rows())
    seconds = time.perf_counter() - began
    print(f"  {name:<14}{done:>6} ok{seconds:>8.2f} s{done / seconds:>8.0f}/s")


def _real() -> list[str]:
    project = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("DEDUP_SHARED", project.parent / "shared")) / "corpora" / "buildings"
    return [str(folder)] if folder.is_dir() else []


if __name__ == "__main__":
    main(sys.argv[1:] or _real())
