"""What local features find of edited photographs, what they find of unrelated ones, and what they cost.

    python tests/benchmarks/bench_local.py FOLDER [FOLDER ...]     photographs that are no copies of one another
    python tests/benchmarks/bench_local.py --growth                search time at 1,000, 10,000 and 100,000 photographs

First table, one row an edit: the share of edited copies (saved again as JPEG, quality 80) that become candidates of the
photograph they were made of, by channel and by any. Then, from all pairs of parts of different photographs, how many
unrelated candidates one photograph has in a store of 1,000, 10,000 and 100,000, and milliseconds to find the features
of one. The second table makes features at random, as many to a photograph as real ones have, 2 % of them shared; real
ones are less even, so it is a lower bound.
"""

from __future__ import annotations

import argparse
import sys
import time
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from dedup_assets.images.decode import open_image
from dedup_assets.images.feature_record import FEATURE, MOST_FEATURES
from dedup_assets.images.features import local_features
from dedup_assets.images.hashes import hashes
from dedup_assets.images.limits import Limits
from dedup_assets.matching.channels import CHANNELS, PageSet, find_candidates, warm_up
from dedup_assets.matching.local import find_common

LARGEST = 1600
STORES = (1_000, 10_000, 100_000)


def crop(share: float) -> object:
    """Cut by a share of its sides on each side."""
    return lambda image: image.crop(
        (
            int(image.width * share),
            int(image.height * share),
            int(image.width * (1 - share)),
            int(image.height * (1 - share)),
        )
    )


def corner(share: float) -> object:
    """What is left when a share of the area is cut off, the proportions kept."""
    left = (1 - share) ** 0.5
    return lambda image: image.crop((0, 0, int(image.width * left), int(image.height * left)))


def side(share: float) -> object:
    """Cut on one side."""
    return lambda image: image.crop((int(image.width * share), 0, image.width, image.height))


def text(image: Image.Image, place: float, size: float, words: str) -> Image.Image:
    """Words laid over, white with a black edge."""
    image = image.copy()
    font = ImageFont.load_default(max(8, image.width * size))
    ImageDraw.Draw(image).text(
        (image.width * 0.06, image.height * place), words, "white", font, stroke_width=2, stroke_fill="black"
    )
    return image


def bar(place: float) -> object:
    """A white bar with a telephone number over the picture."""

    def edit(image: Image.Image) -> Image.Image:
        image = image.copy()
        low = image.height * place
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, low, image.width, low + image.height * 0.13), "white")
        draw.text((image.width * 0.1, low), "213-555-0147", "black", ImageFont.load_default(image.width * 0.1))
        return image

    return edit


EDITS = {
    "saved again": lambda image: image,
    "half size": lambda image: image.resize((max(1, image.width // 2), max(1, image.height // 2))),
    **{f"crop {share:.0%} a side": crop(share) for share in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)},
    **{f"crop {share:.0%} of the area": corner(share) for share in (0.1, 0.2, 0.3, 0.4)},
    **{f"cut {share:.0%} on one side": side(share) for share in (0.1, 0.2, 0.3, 0.4)},
    "caption": bar(0.86),
    "bar across": bar(0.4),
    "number over it": lambda image: text(image, 0.45, 0.08, "213-555-0147"),
    "date stamp": lambda image: text(image, 0.92, 0.04, "2026-05-01 13:22"),
    "border 5 %": lambda image: ImageOps.expand(image, image.width // 20, "white"),
    "border 10 %": lambda image: ImageOps.expand(image, image.width // 10, "black"),
    "letterbox": lambda image: ImageOps.pad(image, (max(image.size), int(max(image.size) * 1.1))),
    "turned by 5 degrees": lambda image: image.rotate(5, Image.Resampling.BICUBIC),
    "turned by a quarter": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored": ImageOps.mirror,
}


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser()
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--most", type=int, default=300, help="photographs to take, evenly")
    options.add_argument("--growth", action="store_true", help="search time at growing stores")
    options.add_argument("--stores", nargs="+", type=int, default=STORES, help="their sizes")
    asked = options.parse_args()
    cv2.setNumThreads(1)
    warm_up()
    if asked.folders:
        recall(photographs(asked.folders, asked.most))
    if asked.growth:
        growth(asked.stores)
    if not asked.folders and not asked.growth:
        sys.exit("name folders with photographs, or --growth")


def photographs(folders: list[Path], most: int) -> list[Image.Image]:
    """Images of the folders, upright, at most LARGEST a side."""
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg"))
    if not files:
        sys.exit("no JPEG files there")
    images = []
    for number in np.linspace(0, len(files) - 1, min(most, len(files)), dtype=int):
        image = ImageOps.exif_transpose(Image.open(files[number])).convert("RGB")
        image.thumbnail((LARGEST, LARGEST))
        images.append(image)
    return images


def page(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Hash and grey pixels, as the pipeline has them of the image saved as JPEG."""
    data = BytesIO()
    image.save(data, "JPEG", quality=80)
    decoded = open_image(data.getvalue(), Limits()).page(0)
    words = np.frombuffer(hashes(decoded.grey).phash256, ">u8").astype(np.uint64)
    return words, np.asarray(decoded.detail)


def recall(images: list[Image.Image]) -> None:
    """The first table, and what follows it."""
    originals = [page(image) for image in images]
    began = time.process_time()
    features = [local_features(grey) for _, grey in originals]
    cost = (time.process_time() - began) / len(images) * 1000
    codes = sum(map(len, features)) / FEATURE.itemsize / len(images)
    print(f"{len(images)} photographs; {cost:.2f} ms and {codes:.0f} features each")
    print(f"{'edit':24}" + "".join(f"{name:>9}" for name in (*CHANNELS, "any")))
    for name, edit in EDITS.items():
        copies = [page(edit(image)) for image in images]
        words = np.array([each for each, _ in (*originals, *copies)])
        both = features + [local_features(grey) for _, grey in copies]
        pages = PageSet(
            words, np.ones(len(words), bool), np.arange(len(words)) >= len(images), np.arange(len(words)), both,
            degree=np.zeros(len(words), np.int64),
        )  # fmt: skip
        rows = [(row.channel, a) for a, b, row in find_candidates(pages).rows() if b == a + len(images)]
        found = [len({a for channel, a in rows if channel == each}) for each in CHANNELS] + [len({a for _, a in rows})]
        print(f"{name:24}" + "".join(f"{each / len(images):>9.1%}" for each in found), flush=True)
    unrelated(images)


def unrelated(images: list[Image.Image]) -> None:
    """Candidates among parts of different photographs."""
    parts, owner = [], []
    for number, image in enumerate(images):
        grey = image.convert("L")
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            half = grey.width // 2, grey.height // 2
            part = grey.crop((x * half[0], y * half[1], (x + 1) * half[0], (y + 1) * half[1]))
            parts.append(local_features(np.asarray(part.resize((half[0] * 3 // 2, half[1] * 3 // 2)))))
            owner.append(number)
    found = find_common(parts, np.ones(len(parts), bool), np.array(owner))
    pairs = len(parts) * (len(parts) - 4) // 2
    rates = ", ".join(f"{found.a.size / pairs * size / 2:.3f} at {size:,}" for size in STORES)
    print(f"unrelated: {found.a.size} candidates of {pairs:,} pairs of parts; per photograph of a store: {rates}")


def growth(stores: list[int]) -> None:
    """The second table."""
    print(
        f"{'photographs':>12}{'features':>12}{'clock s':>9}{'cpu s':>8}{'new 1 % s':>11}{'comparisons':>19}"
        f"{'pairs':>12}"
    )
    for size in stores:
        made = at_random(size)
        whole = timed(made, np.ones(size, bool))
        some = timed(made, np.random.default_rng(1).random(size) < 0.01)
        print(
            f"{size:>12,}{whole[2].codes:>12,}{whole[0]:>9.2f}{whole[1]:>8.2f}{some[1]:>11.2f}"
            f"{whole[2].comparisons:>19,}{whole[2].total:>12,}",
            flush=True,
        )


def timed(features: list[bytes], fresh: np.ndarray) -> tuple:
    """Seconds on the clock and of the processors, and what was found."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = find_common(features, fresh, np.arange(len(features)))
    return time.perf_counter() - clock, time.process_time() - cpu, found


def at_random(size: int) -> list[bytes]:
    """Features of photographs: as many as most have, one in fifty shared with another."""
    rng = np.random.default_rng(size)
    records = np.zeros(size * MOST_FEATURES, FEATURE)
    records["code"] = rng.integers(0, 256, (len(records), 32), dtype=np.uint8)
    shared = rng.integers(0, len(records), (2, len(records) // 100))
    records[shared[0]] = records[shared[1]]
    return [each.tobytes() for each in records.reshape(size, MOST_FEATURES)]


if __name__ == "__main__":
    main()
