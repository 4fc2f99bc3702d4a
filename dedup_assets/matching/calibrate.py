"""Verification held against labelled pictures: every copy, and the pairs most easily taken for copies.

Put here the truth, the choice of pairs and their judgements. Keep out counting and drawing (``calibrate_report``), and
pictures that are made for the purpose (``calibrate_made``).
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from dedup_assets.errors import UserError
from dedup_assets.images.hashes import hashes
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.images.working import pixel_digest, working_pixels
from dedup_assets.matching.verify.judge import verify
from dedup_assets.matching.verify.picture import FINE, of_pixels, turned
from dedup_assets.matching.verify.thresholds import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dedup_assets.matching.verify.picture import Picture
    from dedup_assets.matching.verify.thresholds import Thresholds

NEAR = 90  # bits of 256: no two different photographs of the field notes' 2.29 million pairs lie nearer than 71
_TURNED = 60  # bits up to which another form of a picture is a candidate (the search's radius for photographs)
_CLEARLY = 20  # bits by which it must be nearer than the picture as it stands
_FORMS = 8
_SEED = 20261122
_EDITABLE = 200  # pixels of the shorter side
_RGB = 3
_COLUMNS = ("image", "group", "label")


@dataclass(frozen=True)
class Labelled:
    """One picture of the truth: its ``group`` are copies of one another, ``thing`` is what others may show too."""

    name: str
    group: str
    label: str
    thing: str
    picture: Picture
    hashes: NDArray[np.uint8]
    """uint8 (8, 32): the 256-bit pHash of each of the eight forms of its working picture."""


@dataclass(frozen=True)
class Pair:
    """Two pictures to be judged: copies by the truth, or not; under which labels they are counted."""

    a: Labelled
    b: Labelled
    is_copy: bool
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A pair, the bits between its hashes, and what verification says of it."""

    pair: Pair
    distance: int
    verdict: str
    evidence: Mapping[str, object]


@dataclass
class Truth:
    """What was read: pictures, and how many could not be, by reason. Rows without a group are not read."""

    pictures: list[Labelled] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)
    without_group: int = 0


def read_truth(path: Path, limits: Limits | None = None) -> Truth:
    """The pictures of a truth file: a CSV with the columns image, group, label and perhaps object.

    Image paths are relative to the file's folder. Only the first page of a file is compared. Raises UserError when a
    column or a file is missing, or when fewer than two groups can be read.
    """
    truth = Truth()
    rows = _rows(path)
    for number, row in enumerate(rows, start=2):
        if not row["group"]:
            truth.without_group += 1
            continue
        image = path.parent / row["image"]
        if not image.is_file():
            raise UserError(f"{path}, line {number}: there is no file {row['image']!r}; paths are relative to the CSV")
        try:
            picture = _picture(image.read_bytes(), limits or Limits())
        except UnreadableError as error:
            truth.unreadable[error.reason] += 1
            continue
        truth.pictures.append(labelled(row["image"], row["group"], row["label"], row.get("object") or "", picture))
    if len({each.group for each in truth.pictures}) < 2:  # noqa: PLR2004  # one group has no pair of different ones
        raise UserError(f"{path}: pictures of at least two groups are needed; copies share a group, others do not")
    return truth


def sources(path: Path, truth: Truth, wanted: int, limits: Limits) -> dict[str, NDArray[np.uint8]]:
    """RGB pixels of ``wanted`` pictures, spread evenly over the truth, that are scenes large enough to be edited.

    One picture of each group.
    """
    firsts: dict[str, Labelled] = {}
    for each in truth.pictures:
        shows_something = each.picture.detail >= SHIPPED.detail and not each.picture.is_document
        if shows_something and min(each.picture.grey.shape) >= _EDITABLE:
            firsts.setdefault(each.group, each)
    every = list(firsts.values())
    chosen = every[:: max(1, len(every) // wanted)][:wanted] if wanted else []
    found = {}
    for each in chosen:
        pixels = working_pixels((path.parent / each.name).read_bytes(), 0, limits, FINE).pixels
        found[each.name] = pixels if pixels.ndim == _RGB else np.repeat(pixels[..., None], 3, axis=2)
    return found


def labelled(name: str, group: str, label: str, thing: str, picture: Picture) -> Labelled:
    """``picture`` with the hashes of its eight forms."""
    forms = [np.frombuffer(_hash(turned(picture, form)), np.uint8) for form in range(_FORMS)]
    return Labelled(name, group, label, thing, picture, np.stack(forms))


def judge(pair: Pair, thresholds: Thresholds = SHIPPED) -> Judged:
    """What verification says of a pair, turned as their hashes say."""
    distance, form = _nearest(pair.a, pair.b)
    said = verify(pair.a.picture, pair.b.picture, distance, form=form, thresholds=thresholds)
    return Judged(pair, distance, said.verdict, said.evidence)


def pairs_of(pictures: Sequence[Labelled], sample: int) -> list[Pair]:
    """All copies, and the hard pairs among the others, in an order that depends on the truth alone.

    Hard are pairs of one object, and pairs within 90 bits; ``sample`` of the remaining ones are drawn by a fixed seed.
    """
    groups: dict[str, list[int]] = {}
    things: dict[str, list[int]] = {}
    for number, each in enumerate(pictures):
        groups.setdefault(each.group, []).append(number)
        if each.thing:
            things.setdefault(each.thing, []).append(number)
    copies = [pair for members in groups.values() for pair in combinations(members, 2)]
    alike = sorted(
        pair
        for members in things.values()
        for pair in combinations(members, 2)
        if pictures[pair[0]].group != pictures[pair[1]].group
    )
    near = sorted(set(_within(pictures, NEAR)) - set(alike))
    others = _sampled(pictures, {*alike, *near}, sample)
    found = [_copy(pictures[i], pictures[j]) for i, j in copies]
    for label, pairs in (("one object", alike), ("near hash", near), ("sampled", others)):
        found += [Pair(pictures[i], pictures[j], is_copy=False, labels=(label,)) for i, j in pairs]
    return found


def _copy(a: Labelled, b: Labelled) -> Pair:
    return Pair(a, b, is_copy=True, labels=tuple(sorted({a.label, b.label})))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [each for each in _COLUMNS if each not in (reader.fieldnames or ())]
            if missing:
                raise UserError(
                    f"{path}: the columns {', '.join(missing)} are missing; image, group and label are needed"
                )
            rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read as a CSV in UTF-8: {error}") from error
    if not rows:
        raise UserError(f"{path} lists no pictures")
    return rows


def _picture(data: bytes, limits: Limits) -> Picture:
    page = working_pixels(data, 0, limits, FINE)
    return of_pixels(page.pixels, width=page.width, height=page.height, digest=lambda: pixel_digest(data, 0, limits))


def _hash(picture: Picture) -> bytes:
    return hashes(Image.fromarray(picture.grey)).phash256


def _nearest(a: Labelled, b: Labelled) -> tuple[int, int]:
    """Bits between the two, and the form of ``b`` that they are between."""
    bits = np.bitwise_count(a.hashes[0] ^ b.hashes).sum(axis=1)
    form = int(bits.argmin())
    if form and bits[form] <= _TURNED and bits[form] + _CLEARLY <= bits[0]:
        return int(bits[form]), form
    return int(bits[0]), 0


def _within(pictures: Sequence[Labelled], radius: int) -> Iterator[tuple[int, int]]:
    """Pairs of different groups whose hashes differ in at most ``radius`` bits, in order."""
    codes = np.stack([each.hashes[0] for each in pictures])
    for i in range(len(codes)):
        bits = np.bitwise_count(codes[i] ^ codes[i + 1 :]).sum(axis=1)
        for j in np.flatnonzero(bits <= radius) + i + 1:
            if pictures[i].group != pictures[int(j)].group:
                yield i, int(j)


def _sampled(pictures: Sequence[Labelled], taken: set[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    """``wanted`` more pairs of different groups, or as many as a fixed number of draws finds."""
    draw = np.random.default_rng(_SEED)
    found: set[tuple[int, int]] = set()
    for _ in range(20 * wanted):
        if len(found) == wanted:
            break
        i, j = sorted(int(each) for each in draw.integers(0, len(pictures), 2))
        if i != j and pictures[i].group != pictures[j].group and (i, j) not in taken:
            found.add((i, j))
    return sorted(found)
